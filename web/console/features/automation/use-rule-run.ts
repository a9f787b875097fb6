import { onUnmounted, ref, shallowRef } from 'vue';
import { AutomationDryRunChangedDocument, DryRunAutomationRuleDocument, type AutomationDryRunChangedSubscription, type RuleRunPartsFragment } from '../../../gql/graphql.ts';
import type { Resumable } from '../../../shared/graphql/live.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { followStream } from '../../../shared/state/streams.ts';

export type RuleRun = RuleRunPartsFragment;
type Event = AutomationDryRunChangedSubscription['automationDryRunChanged'];

const isOver = ({ state }: RuleRun) => state !== 'QUEUED' && state !== 'RUNNING';

/** The dry run of one version of a rule, followed until it has finished; `onOver` hears of its end. */
export function useRuleRun(onOver: () => void) {
  const run = shallowRef<RuleRun | null>(null);
  const isAsking = ref(false);
  let stream: Resumable | null = null;

  function stop(): void {
    stream?.stop();
    stream = null;
  }

  /** Shows a run that there is already, and follows it while it goes on. */
  function show(found: RuleRun | null): void {
    stop();
    run.value = found;
    if (!found || isOver(found)) return;
    stream = followStream(AutomationDryRunChangedDocument, (afterSeq) => ({ dryRunId: found.id, afterSeq: afterSeq ?? 0 }), (data) => data.automationDryRunChanged as Event, {
      from: 0,
      apply: (event) => {
        if (event.__typename !== 'AutomationDryRunChanged') return;
        run.value = event.dryRun;
        if (!isOver(event.dryRun)) return;
        stop();
        onOver();
      },
    });
  }

  /** Asks for a run of a version. Returns the refusal, `''` when nobody answered, null when it goes. */
  async function start(versionId: string): Promise<string | null> {
    if (isAsking.value) return null;
    isAsking.value = true;
    const answer = await useCareline().api.mutate(DryRunAutomationRuleDocument, { input: { versionId, idempotencyKey: crypto.randomUUID() } }).catch(() => null);
    isAsking.value = false;
    const begun = answer?.dryRunAutomationRule.dryRun;
    if (!begun) return answer?.dryRunAutomationRule.userErrors[0]?.message ?? '';
    show(begun);
    return null;
  }

  onUnmounted(stop);
  return { run, isAsking, show, start };
}
