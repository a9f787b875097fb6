import type { Tx } from '@careline/kit/db';
import { refuse, type Words } from '@careline/kit/errors';
import { joinGrants, mayAdministrate } from './agent.rules.ts';
import { selectGrantsOfEnabled } from './agent.store.ts';
import type { Grants } from './agent.tables.ts';

/**
 * Refuses, with LAST_OF_KIND, a change after which no enabled agent could manage roles and agents any more.
 * Call it after the change, in its transaction and under `lockAdministration`; the refusal rolls the change back.
 */
export async function keepAnAdministrator(tx: Tx): Promise<void> {
  const held = new Map<string, Grants[]>();
  for (const { agentId, grants } of await selectGrantsOfEnabled(tx)) held.set(agentId, [...(held.get(agentId) ?? []), grants]);
  if ([...held.values()].some((grants) => mayAdministrate(joinGrants(grants)))) return;
  throw refuse('LAST_OF_KIND', null, {
    zh: '这样将没有任何人能管理角色与客服，请先授权另一位管理员。', en: 'Nobody could manage roles and agents any more. Appoint another administrator first.',
  });
}

/** Refuses when some of the ids named do not exist. */
export function requireAll(wanted: readonly string[], found: readonly { id: string }[], field: string, words: Words): void {
  if (new Set(found.map((row) => row.id)).size < new Set(wanted).size) throw refuse('NOT_FOUND', field, words);
}

export const NO_ROLE: Words = { zh: '角色不存在。', en: 'There is no such role.' };
export const NO_TEAM: Words = { zh: '客服组不存在。', en: 'There is no such team.' };
