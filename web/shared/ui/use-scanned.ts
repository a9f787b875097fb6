import { onUnmounted, shallowRef } from 'vue';
import { AttachmentLinkDocument, type AttachmentLinkQuery } from '../../gql/graphql.ts';
import { useCareline } from '../state/careline.ts';

const FIRST_WAIT_MS = 1_500;
const LONGEST_WAIT_MS = 15_000;

/** What became of a file of a ticket that was being scanned when it was read; asked while it is on screen, for a ticket's stream tells only of new entries. */
export function useScanned(file: { attachmentId: string; state?: string | undefined }) {
  const found = shallowRef<AttachmentLinkQuery['attachment']>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function lookIn(waitMs: number): void {
    timer = setTimeout(() => void look(Math.min(waitMs * 2, LONGEST_WAIT_MS)), waitMs);
  }

  async function look(nextWaitMs: number): Promise<void> {
    const answer = await useCareline().api.query(AttachmentLinkDocument, { id: file.attachmentId }).catch(() => null);
    if (timer === undefined) return;
    found.value = answer?.attachment ?? found.value;
    if ((found.value?.state ?? 'SCANNING') === 'SCANNING') lookIn(nextWaitMs);
  }

  if (file.state === 'SCANNING') lookIn(FIRST_WAIT_MS);
  onUnmounted(() => {
    clearTimeout(timer);
    timer = undefined;
  });
  return found;
}
