import { newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { agentsByIds } from '../agent/index.ts';
import { expectVersion, textWithin } from '../input.rules.ts';
import { queueNames } from '../routing/index.ts';
import { isInSight, sightOf } from './audience.rules.ts';
import { audienceOf } from './audience.store.ts';
import { countMacros, insertMacro, lockMacro, selectMacros, updateMacro, type MacroRow } from './macro.store.ts';
import { replyTextWithin } from './save-canned-reply.ts';
import { requireRoom, sharedBy } from './share.ts';
import { spell } from './spell.ts';
import { isText, wrongOrder } from './step.rules.ts';
import type { MacroStep, Sharing } from './macro.types.ts';

export interface SaveMacro {
  macroId?: string | null;
  name: string;
  steps: readonly { verb: MacroStep['verb']; value?: string | null }[];
  sharing: Sharing;
  teamId?: string | null;
  isRetired?: boolean | null;
  expectedVersion?: number | null;
  idempotencyKey?: string | null;
}

/**
 * Makes or changes a macro as far as the caller's `macro:write` reaches; no audit entry, the permission is not starred.
 * Throws NOT_FOUND for one out of sight; a refusal about a step names its place.
 */
export async function saveMacro(ctx: ConversationsContext, input: SaveMacro): Promise<MacroRow> {
  ctx.viewer.require('macro:write');
  const name = textWithin(input.name, 'name', 1, 60);
  const given = input.steps.map(({ verb, value }) => ({ verb, value: value?.trim() || null }));
  const wrong = wrongOrder(given);
  if (wrong) throw wrong;
  return ctx.transaction(async (tx) => {
    const steps: MacroStep[] = [];
    for (const [place, step] of given.entries()) steps.push({ verb: step.verb, value: await readValue(tx, step, ['steps', String(place), 'value']) });
    if (input.macroId || input.idempotencyKey == null) return store(ctx, tx, input, { name, steps });
    const call = { scope: `${ctx.viewer.identity!.id} saveMacro`, key: input.idempotencyKey, input };
    const { result } = await withIdempotency(tx, call, async () => ({ id: (await store(ctx, tx, input, { name, steps })).id }));
    return (await selectMacros(tx, [result.id])).get(result.id)!;
  });
}

async function store(ctx: ConversationsContext, tx: Tx, input: SaveMacro, { name, steps }: Pick<MacroRow, 'name' | 'steps'>): Promise<MacroRow> {
  const before = input.macroId ? await lockMacro(tx, input.macroId) : null;
  if (input.macroId && (!before || !isInSight(sightOf(ctx.viewer), before))) throw appError('NOT_FOUND');
  const shared = await sharedBy(ctx, tx, input, before);
  if (before) expectVersion(input.expectedVersion, before.version, { macro: before });
  const now = ctx.clock.now();
  const after: MacroRow = {
    id: before?.id ?? newId('mac'), name, namePinyin: spell(name), steps, ...shared, audience: audienceOf(shared), isRetired: input.isRetired ?? before?.isRetired ?? false,
    usageCount: before?.usageCount ?? 0, version: (before?.version ?? 0) + 1, createdAt: before?.createdAt ?? now, changedAt: now,
  };
  if (!before?.audience.equals(after.audience)) await requireRoom(tx, after.audience, countMacros);
  if (before) await updateMacro(tx, after);
  else await insertMacro(tx, after);
  return after;
}

/** The value of a step as its verb needs it. Refuses REQUIRED, INVALID, TOO_LONG, NOT_FOUND under `field`. */
async function readValue(tx: Tx, { verb, value }: MacroStep, field: string[]): Promise<string | null> {
  if (verb === 'CLOSE') return null;
  if (verb === 'ASSIGN') {
    const agent = value === null ? null : (await agentsByIds(tx, [value])).get(value);
    if (value !== null && !agent?.isEnabled) throw refuse('NOT_FOUND', field, { zh: '没有这位客服。', en: 'There is no such agent.' });
    return value;
  }
  if (isText(verb)) return replyTextWithin(value ?? '', field);
  if (value === null) throw refuse('REQUIRED', field, { zh: '此项必填。', en: 'This field is required.' });
  if (verb === 'ADD_TAG' && [...value].length > 40) throw refuse('TOO_LONG', field, { zh: '最多 40 个字符。', en: 'At most 40 characters.' });
  if (verb === 'SET_PRIORITY' && !/^P[012]$/.test(value)) throw refuse('INVALID', field, { zh: '优先级是 P0、P1 或 P2。', en: 'A priority is P0, P1 or P2.' });
  if (verb === 'TRANSFER' && !(await queueNames(tx, [value])).has(value)) throw refuse('NOT_FOUND', field, { zh: '队列不存在。', en: 'There is no such queue.' });
  return value;
}
