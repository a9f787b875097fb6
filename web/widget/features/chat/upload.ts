import createUploadDocument from '../../../../schema/operations/create-upload.graphql?raw';
import { ApiError, type VisitorApi } from '../../api.ts';
import type { UserError } from './types.ts';

interface Reserved {
  attachment: { id: string; state: string; receivedBytes: number; bytes: number } | null;
  uploadUrl: string | null;
  headers: { name: string; value: string }[] | null;
  userErrors: UserError[];
}

const TRIES = 8;
const LONGEST_WAIT_MS = 10_000;
/** Failures after which the same upload may succeed; a lost line has no code at all. */
const PASSING = new Set(['NETWORK', 'UNAVAILABLE', 'RATE_LIMITED']);

/**
 * Uploads one file and gives its attachment id. A cut upload goes on from the bytes the server has, also when
 * it is asked for again under the same `clientUploadId`; `onProgress` hears shares from 0 to 1. Throws ApiError
 * with the refusal's sentence.
 */
export async function uploadFile(api: VisitorApi, file: File, clientUploadId: string, signal: AbortSignal, onProgress: (share: number) => void): Promise<string> {
  const input = { clientUploadId, fileName: file.name, bytes: file.size, contentType: file.type || null };
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      const { createUpload: reserved } = await api.request<{ createUpload: Reserved }>(createUploadDocument, { input });
      const refusal = reserved.userErrors[0];
      if (refusal || !reserved.attachment) throw new ApiError(refusal?.message ?? '', refusal?.code ?? 'INTERNAL', null);
      if (reserved.uploadUrl) await put(reserved, file, signal, onProgress);
      return reserved.attachment.id;
    } catch (error) {
      if (signal.aborted || attempt === TRIES || (error instanceof ApiError && !PASSING.has(error.code))) throw error;
      await pause(Math.min(300 * 2 ** attempt, LONGEST_WAIT_MS), signal);
    }
  }
}

/** Waits a while, or without network until it is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (navigator.onLine) setTimeout(resolve, ms);
    else addEventListener('online', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => resolve());
  });
}

/** `fetch` tells nothing of upload progress, hence XMLHttpRequest. */
function put(reserved: Reserved, file: File, signal: AbortSignal, onProgress: (share: number) => void): Promise<void> {
  const from = reserved.attachment!.receivedBytes;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', reserved.uploadUrl!);
    for (const { name, value } of reserved.headers ?? []) request.setRequestHeader(name, value);
    if (from > 0) request.setRequestHeader('content-range', `bytes ${from}-${file.size - 1}/${file.size}`);
    request.upload.onprogress = (event) => onProgress((from + event.loaded) / file.size);
    request.onload = () => {
      if (request.status < 300) return resolve();
      const problem = JSON.parse(request.responseText || '{}') as { title?: string; code?: string };
      reject(new ApiError(problem.title ?? '', request.status >= 500 ? 'NETWORK' : (problem.code ?? 'INTERNAL'), null));
    };
    request.onerror = () => reject(new ApiError('', 'NETWORK', null));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort());
    request.send(from > 0 ? file.slice(from) : file);
  });
}
