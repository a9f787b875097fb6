import { idToBinary } from '@careline/kit/db';
import type { Bulk } from './bulk.ts';
import type { Told } from './past-conversation.ts';

const NOBODY = Buffer.alloc(16);

/** What the verbs would have counted on the way, once for all conversations and once for each tag. */
export class Tallies {
  readonly #totals = new Map<string, { told: Told; tag: string; total: number }>();

  count(told: Told): void {
    for (const tag of ['', ...told.tags]) {
      const key = [tag, told.state, told.agentId, told.queueId, told.priority].join(' ');
      const known = this.#totals.get(key);
      if (known) known.total += 1;
      else this.#totals.set(key, { told, tag, total: 1 });
    }
  }

  async write(bulk: Bulk): Promise<void> {
    for (const { told, tag, total } of this.#totals.values()) {
      await bulk.add('conversation_tallies (tag, state, agent_id, queue_id, priority, channel_kind, total, spoken)',
        [tag, told.state, told.agentId ? idToBinary(told.agentId) : NOBODY, idToBinary(told.queueId), told.priority, 'WEB', total, total]);
    }
  }
}
