import type { Tx } from '@careline/kit/db';
import type { ConversationsContext, Runtime } from '../context.ts';
import { PRESENCE_LEASE_MS, PRESENCE_RETURN_MS } from './agent.rules.ts';
import type { Presence } from './agent.tables.ts';
import { lockPresence, moveLease, selectLost, selectPresences, storePresence, type PresenceRow } from './presence.store.ts';

/** What holds for an agent who never set a presence. */
export const NO_PRESENCE = { presence: 'OFFLINE' as Presence, since: 0 };

/**
 * Puts an agent where it shall stand and tells all who watch. Becoming OFFLINE gives work back,
 * becoming ONLINE lets waiting work come, both in this transaction.
 */
export async function changePresence(ctx: ConversationsContext, tx: Tx, agentId: string, presence: Presence): Promise<void> {
  const now = ctx.clock.now();
  const row = await lockPresence(tx, agentId, now);
  await storePresence(tx, agentId, { chosen: presence, leaseUntil: Math.max(row.leaseUntil, now + PRESENCE_LEASE_MS) });
  await movePresence(ctx, tx, row, presence);
}

async function movePresence(ctx: ConversationsContext, tx: Tx, row: PresenceRow, presence: Presence): Promise<void> {
  if (row.presence === presence) return;
  await storePresence(tx, row.agentId, { presence, since: ctx.clock.now() });
  const told = presence === 'OFFLINE' ? ctx.deps.onPresenceLost : presence === 'ONLINE' ? ctx.deps.onPresenceGained : [];
  for (const tell of told) await tell(ctx, tx, row.agentId);
  tx.afterCommit(() => ctx.live.publish('presence', { agentId: row.agentId, presence }));
}

/**
 * Says that the agent's console is connected: holds the presence for another 15 s. One that was lost by a cut
 * of the line comes back as the agent had chosen it, unless that was more than ten minutes ago.
 */
export async function renewPresence(ctx: ConversationsContext, agentId: string): Promise<void> {
  const now = ctx.clock.now();
  if (await moveLease(ctx.db, agentId, now + PRESENCE_LEASE_MS)) return;
  const [row] = await selectPresences(ctx.db, [agentId]);
  if (!row || row.chosen === 'OFFLINE' || now - row.since > PRESENCE_RETURN_MS) return;
  await ctx.transaction(async (tx) => {
    const locked = await lockPresence(tx, agentId, now);
    if (locked.presence !== 'OFFLINE' || locked.chosen === 'OFFLINE') return;
    await storePresence(tx, agentId, { leaseUntil: now + PRESENCE_LEASE_MS });
    await movePresence(ctx, tx, locked, locked.chosen);
  });
}

/** Makes agents OFFLINE whose console has been silent for longer than the lease. */
export async function endLostPresences(runtime: Runtime): Promise<void> {
  const now = runtime.clock.now();
  const ctx = runtime.system('presence');
  for (const agentId of await selectLost(runtime.db, now)) {
    await runtime.db.transaction(async (tx) => {
      const row = await lockPresence(tx, agentId, now);
      if (row.presence !== 'OFFLINE' && row.leaseUntil < now) await movePresence(ctx, tx, row, 'OFFLINE');
    });
  }
}
