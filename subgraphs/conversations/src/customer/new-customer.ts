import { isDuplicate, newId, type Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { customerCells } from './customer.cells.ts';
import { insertCustomer, type CustomerRow } from './customer.store.ts';
import { drawNumber } from './draw-number.ts';

/** Makes a customer with a number nobody has. Facts left out are unknown. */
export async function makeCustomer(ctx: ConversationsContext, tx: Tx, facts: Partial<Omit<CustomerRow, 'id' | 'number' | 'nameEnc'>> & { name?: string | null }): Promise<CustomerRow> {
  const now = ctx.clock.now();
  const id = newId('cus');
  const { name, ...columns } = facts;
  const key = await ctx.vault.keyFor(tx, id);
  for (let tries = 1; ; tries += 1) {
    const row: CustomerRow = {
      kind: 'VISITOR', company: null, tier: null, locale: null, timeZone: null, regionEnc: null, lastDevice: null, attributesEnc: null,
      tags: [], isBlocked: false, createdBy: null, mergedInto: null, firstSeenAt: now, lastSeenAt: now, version: 1,
      ...columns, id, number: drawNumber(), nameEnc: name ? customerCells.sealName(key, id, name) : null,
    };
    try {
      await insertCustomer(tx, row);
      return row;
    } catch (error) {
      if (!isDuplicate(error) || tries >= 5) throw error;
    }
  }
}
