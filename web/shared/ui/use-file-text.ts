import { computed, ref, shallowRef } from 'vue';
import { AttachmentLinkDocument } from '../../gql/graphql.ts';
import { ApiError, asApiError } from '../graphql/errors.ts';
import { useCareline } from '../state/careline.ts';

const PART_BYTES = 65_536;
/** Beyond this a page with all lines gets slow; the whole file is a download away. */
const SHOWN_BYTES_MAX = 16 * PART_BYTES;

/** The first lines of a text file, read from the server part by part and never more than is shown. */
export function useFileText(file: { attachmentId: string; bytes: number }) {
  const text = ref('');
  const readBytes = ref(0);
  const isReading = ref(false);
  const error = shallowRef<ApiError | null>(null);
  let decoder: TextDecoder | null = null;

  const isWhole = computed(() => readBytes.value >= file.bytes);
  const hasMore = computed(() => !isWhole.value && readBytes.value < SHOWN_BYTES_MAX);
  const lines = computed(() => {
    const all = text.value.split(/\r\n|\n|\r/);
    if (all.at(-1) === '') all.pop();
    return all;
  });

  async function readOn(): Promise<void> {
    if (isReading.value) return;
    isReading.value = true;
    error.value = null;
    try {
      const { attachment } = await useCareline().api.query(AttachmentLinkDocument, { id: file.attachmentId });
      if (!attachment?.downloadUrl) throw new ApiError('NOT_FOUND', '');
      const end = Math.min(file.bytes, readBytes.value + PART_BYTES);
      const response = await fetch(attachment.downloadUrl, { headers: { range: `bytes=${readBytes.value}-${end - 1}` } });
      if (response.status !== 206) throw new ApiError('NETWORK', response.statusText);
      const part = await response.arrayBuffer();
      decoder ??= new TextDecoder(/charset=([\w-]+)/.exec(response.headers.get('content-type') ?? '')?.[1] ?? 'utf-8');
      text.value += decoder.decode(part, { stream: end < file.bytes });
      readBytes.value = end;
    } catch (cause) {
      error.value = asApiError(cause);
    } finally {
      isReading.value = false;
    }
  }

  return { lines, readBytes, isReading, isWhole, hasMore, error, readOn };
}
