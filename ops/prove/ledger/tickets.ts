import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { AskError, tell, type Ask } from '../../harness/people.ts';
import { hashOf } from './ledger-file.ts';
import { codeOf, type WriterParts } from './writers.ts';

export interface Creator {
  name: string;
  ask: Ask;
  /** The conversation its tickets come from. */
  conversationId: string;
}

/** Creates tickets as an outside program does: one idempotency key for each, sent again until the answer comes. */
export async function createTickets({ name, ask, conversationId }: Creator, { ledger, tracker, random }: WriterParts, everyMs: number, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n += 1) {
    await rest(everyMs * (0.5 + random.next()));
    const id = randomUUID();
    const subject = `${name} ${n} ${id}`;
    ledger.add({ k: 'ticket', id, h: hashOf(subject) });
    tracker.begin(id, []);
    for (let patienceMs = 50; ; patienceMs = Math.min(patienceMs * 1.5, 800)) {
      try {
        const input = { idempotencyKey: id, tickets: [{ subject, category: 'TECHNICAL', conversationId }] };
        const { results } = await tell<{ results: { ticket: { id: string; number: string } | null; userErrors: { code: string }[] }[] }>(ask, 'createTickets', input, 'results { ticket { id number } userErrors { code } }');
        const [made] = results;
        if (made?.ticket) ledger.add({ k: 'ticketed', id, ticket: made.ticket.id, number: made.ticket.number });
        else ledger.add({ k: 'refused', id, code: made?.userErrors[0]?.code ?? 'NOTHING' });
        tracker.ack(id);
        break;
      } catch (error) {
        const code = codeOf(error);
        ledger.add({ k: error instanceof AskError && error.isRefusal ? 'refused' : 'failed', id, code });
        tracker.fail(code);
        if (error instanceof AskError && error.isRefusal) {
          tracker.drop(id);
          break;
        }
        await rest(patienceMs * (0.5 + random.next()));
      }
    }
  }
}
