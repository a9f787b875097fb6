import { computed, onUnmounted, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { CreateUploadDocument } from '../../gql/graphql.ts';
import { fileSize } from '../format/text.ts';
import { asApiError } from '../graphql/errors.ts';
import { backoffMs } from '../graphql/live.ts';
import { putFile } from '../graphql/upload.ts';
import { useCareline } from '../state/careline.ts';
import type { Attached } from '../state/drafts.ts';

const BYTES_MAX = 52_428_800;
const FILES_MAX = 10;
const TRIES_MAX = 5;

export interface Upload {
  id: string;
  file: File;
  sentBytes: number;
  /** Why it stopped, in one sentence. Null while it runs. */
  problem: string | null;
  abort: AbortController;
}

/** Files on their way to the server; a broken one goes on where it stopped. Done ones are handed to `onDone`. */
export function useUploads(attachedCount: () => number, onDone: (attached: Attached) => void) {
  const { t } = useI18n();
  const uploads = reactive(new Map<string, Upload>());
  const isBusy = computed(() => [...uploads.values()].some((upload) => upload.problem === null));

  function add(files: Iterable<File>): void {
    for (const file of files) {
      const upload: Upload = { id: crypto.randomUUID(), file, sentBytes: 0, problem: null, abort: new AbortController() };
      if (file.size > BYTES_MAX) upload.problem = t('conversation.file.tooLarge', { size: fileSize(file.size) });
      else if (file.size === 0) upload.problem = t('conversation.file.empty');
      else if (attachedCount() + uploads.size >= FILES_MAX) upload.problem = t('conversation.file.tooMany', { count: FILES_MAX });
      uploads.set(upload.id, upload);
      if (!upload.problem) void run(uploads.get(upload.id)!);
    }
  }

  async function run(upload: Upload): Promise<void> {
    upload.problem = null;
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      try {
        if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
        if (await send(upload)) return;
        if (upload.problem) return;
      } catch (cause) {
        if (upload.abort.signal.aborted) return;
        if (!asApiError(cause).isRetryable) break;
      }
    }
    upload.problem = t('conversation.file.broken', { sent: fileSize(upload.sentBytes), size: fileSize(upload.file.size) });
  }

  /** One try; true when the file is whole. */
  async function send(upload: Upload): Promise<boolean> {
    const { file } = upload;
    const { createUpload } = await useCareline().api.mutate(CreateUploadDocument, {
      input: { clientUploadId: upload.id, fileName: file.name, bytes: file.size, contentType: file.type || null },
    });
    const { attachment, uploadUrl, headers } = createUpload;
    if (!attachment) {
      upload.problem = createUpload.userErrors[0]?.message ?? t('conversation.file.refused');
      return false;
    }
    if (uploadUrl) {
      await putFile(uploadUrl, file, attachment.receivedBytes, headers ?? [], (sent) => { upload.sentBytes = sent; }, upload.abort.signal);
    }
    uploads.delete(upload.id);
    onDone({ attachmentId: attachment.id, fileName: file.name, bytes: file.size, contentType: file.type });
    return true;
  }

  function remove(id: string): void {
    uploads.get(id)?.abort.abort();
    uploads.delete(id);
  }

  onUnmounted(() => uploads.forEach((upload) => upload.abort.abort()));
  return { uploads, isBusy, add, retry: run, remove };
}

/** The ways into a composer besides dropping: `picker` is its hidden file input, which forgets what was picked so that the same file can be picked again. */
export function useFilePicker(add: (files: Iterable<File>) => void) {
  const picker = ref<HTMLInputElement>();

  function onPick(): void {
    add(picker.value?.files ?? []);
    if (picker.value) picker.value.value = '';
  }

  function onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    add(files);
  }

  return { picker, onPick, onPaste };
}
