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
