import { onUnmounted, ref, shallowRef } from 'vue';
import { DryRunSlaPolicyDocument, SlaDryRunChangedDocument, type DryRunPartsFragment, type SlaDryRunChangedSubscription } from '../../../gql/graphql.ts';
import type { Resumable } from '../../../shared/graphql/live.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { followStream } from '../../../shared/state/streams.ts';

export type DryRun = DryRunPartsFragment;
type Event = SlaDryRunChangedSubscription['slaDryRunChanged'];

const isOver = ({ state }: DryRun) => state !== 'QUEUED' && state !== 'RUNNING';

/** One dry run at a time, followed until it has finished; `onOver` hears of its end. */
export function useDryRun(onOver: (run: DryRun) => void) {
  const run = shallowRef<DryRun | null>(null);
  /** The version that the run is of. */
  const versionId = ref<string | null>(null);
  const isAsking = ref(false);
  let stream: Resumable | null = null;

  function stop(): void {
    stream?.stop();
    stream = null;
  }

  /** Shows a run that there is already, and follows it while it goes on. */
  function show(of: string | null, found: DryRun | null): void {
    stop();
    versionId.value = of;
    run.value = found;
    if (!found || isOver(found)) return;
    stream = followStream(SlaDryRunChangedDocument, (afterSeq) => ({ dryRunId: found.id, afterSeq: afterSeq ?? 0 }), (data) => data.slaDryRunChanged as Event, {
      from: 0,
      apply: (event) => {
        if (event.__typename !== 'SlaDryRunChanged') return;
        run.value = event.dryRun;
        if (!isOver(event.dryRun)) return;
        stop();
        onOver(event.dryRun);
      },
    });
  }

  /** Asks for a run of a version. Returns the refusal, `''` when nobody answered, null when it goes. */
  async function start(of: string): Promise<string | null> {
    if (isAsking.value) return null;
    isAsking.value = true;
    const answer = await useCareline().api.mutate(DryRunSlaPolicyDocument, { input: { versionId: of, idempotencyKey: crypto.randomUUID() } }).catch(() => null);
    isAsking.value = false;
    const begun = answer?.dryRunSlaPolicy.dryRun;
    if (!begun) return answer?.dryRunSlaPolicy.userErrors[0]?.message ?? '';
    show(of, begun);
    return null;
  }

  onUnmounted(stop);
  return { run, versionId, isAsking, show, start };
}
