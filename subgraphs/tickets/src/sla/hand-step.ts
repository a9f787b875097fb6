import { newId, type Tx } from '@careline/kit/db';
import { insertSteps } from './clock.store.ts';

export interface HandStep {
  ticketId: string;
  teamKey: string;
  at: number;
  actorKind: string;
  actorId: string | null;
}

/** Records an escalation by hand among the steps of a ticket; it hangs on no clock. Returns its id. */
export async function storeHandStep(tx: Tx, { ticketId, teamKey, at, actorKind, actorId }: HandStep): Promise<string> {
  const id = newId('esc');
  await insertSteps(tx, [{
    clockId: id.replace('esc_', 'clk_'), kind: 'HAND', place: 0, id, ticketId, conversationId: null, usedMs: 0, teamKey, fireAt: at, state: 'DONE', doneAt: at, latenessMs: null,
    cancelReason: null, actorKind, actorId,
  }]);
  return id;
}
