import { ApiError } from './errors.ts';

/**
 * Sends a file, or the rest of it from byte `from`, to its signed link. Rejects with NETWORK when the line broke
 * (go on later), BAD_USER_INPUT when the server refused the content.
 */
export function putFile(
  url: string, file: Blob, from: number, headers: ReadonlyArray<{ name: string; value: string }>, onProgress: (sentBytes: number) => void, signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const header of headers) if (!/^content-length$/i.test(header.name)) request.setRequestHeader(header.name, header.value);
    if (from > 0) request.setRequestHeader('Content-Range', `bytes ${from}-${file.size - 1}/${file.size}`);
    request.upload.onprogress = (event) => onProgress(from + event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new ApiError(request.status >= 500 || request.status === 409 || request.status === 416 ? 'NETWORK' : 'BAD_USER_INPUT', request.statusText));
    };
    request.onerror = () => reject(new ApiError('NETWORK', 'upload broke'));
    request.onabort = () => reject(new ApiError('NETWORK', 'upload stopped'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(from > 0 ? file.slice(from) : file);
  });
}

/** SHA-256 of a file in hex, by which the server finds it when this sender has sent it before; null where the browser can't tell. */
export async function digestOf(file: Blob): Promise<string | null> {
  // Browsers have no `subtle` on plain http away from localhost; a file that can't be read fails at the sending.
  const content = globalThis.crypto?.subtle && (await file.arrayBuffer().catch(() => null));
  if (!content) return null;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
