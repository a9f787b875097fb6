import { newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { agentsByIds, teamsByIds } from '../agent/index.ts';
import { expectVersion, textWithin } from '../input.rules.ts';
import { queueNames } from '../routing/index.ts';
import { isInSight, sightOf } from './audience.rules.ts';
import { audienceOf } from './audience.store.ts';
import { askCategories } from './categories.ts';
import { countMacros, insertMacro, lockMacro, selectMacros, updateMacro, type MacroRow } from './macro.store.ts';
import { replyTextWithin } from './save-canned-reply.ts';
import { requireRoom, sharedBy } from './share.ts';
import { spell } from './spell.ts';
import { isText, wrongOrder } from './step.rules.ts';
import type { MacroStep, Sharing } from './macro.types.ts';

const STATES = ['OPEN', 'PENDING', 'ON_HOLD', 'SOLVED', 'CLOSED'];

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
 * Throws NOT_FOUND for one out of sight, UNAVAILABLE while tickets is away and a step names a category; a refusal about a step
 * names its place.
 */
export async function saveMacro(ctx: ConversationsContext, input: SaveMacro): Promise<MacroRow> {
  ctx.viewer.require('macro:write');
  const name = textWithin(input.name, 'name', 1, 60);
  const given = input.steps.map(({ verb, value }) => ({ verb, value: value?.trim() || null }));
  const wrong = wrongOrder(given);
  if (wrong) throw wrong;
  const steps = given.map((step, place): MacroStep => ({ verb: step.verb, value: readValue(step, fieldOf(place)) }));
  const categories = given.some(({ verb }) => verb === 'TICKET_SET_CATEGORY') ? await askCategories(ctx, { includeRetired: false }) : new Map<string, unknown>();
  return ctx.transaction(async (tx) => {
    for (const [place, step] of steps.entries()) await requireNamed(tx, step, categories, fieldOf(place));
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

const fieldOf = (place: number): string[] => ['steps', String(place), 'value'];

/** The value of a step as its verb needs it; what it names is not looked up. Refuses REQUIRED, INVALID, TOO_LONG under `field`. */
function readValue({ verb, value }: MacroStep, field: string[]): string | null {
  if (verb === 'CLOSE') return null;
  if (verb === 'ASSIGN' || verb === 'TICKET_ASSIGN') return value;
  if (isText(verb)) return replyTextWithin(value ?? '', field);
  if (value === null) throw refuse('REQUIRED', field, { zh: '此项必填。', en: 'This field is required.' });
  if (verb === 'ADD_TAG' && [...value].length > 40) throw refuse('TOO_LONG', field, { zh: '最多 40 个字符。', en: 'At most 40 characters.' });
  if (verb === 'TICKET_ADD_TAG' && [...value].length > 50) throw refuse('TOO_LONG', field, { zh: '最多 50 个字符。', en: 'At most 50 characters.' });
  if (verb === 'TICKET_SET_STATE' && !STATES.includes(value)) throw refuse('INVALID', field, { zh: `工单状态是 ${STATES.join('、')} 之一。`, en: `A state is one of ${STATES.join(', ')}.` });
  if ((verb === 'SET_PRIORITY' || verb === 'TICKET_SET_PRIORITY') && !/^P[012]$/.test(value)) throw refuse('INVALID', field, { zh: '优先级是 P0、P1 或 P2。', en: 'A priority is P0, P1 or P2.' });
  return value;
}

/** Refuses NOT_FOUND under `field` for a step that names nothing that there is. */
async function requireNamed(tx: Tx, { verb, value }: MacroStep, categories: ReadonlyMap<string, unknown>, field: string[]): Promise<void> {
  if (value === null) return;
  if ((verb === 'ASSIGN' || verb === 'TICKET_ASSIGN') && !(await agentsByIds(tx, [value])).get(value)?.isEnabled) throw refuse('NOT_FOUND', field, { zh: '没有这位客服。', en: 'There is no such agent.' });
  if (verb === 'TRANSFER' && !(await queueNames(tx, [value])).has(value)) throw refuse('NOT_FOUND', field, { zh: '队列不存在。', en: 'There is no such queue.' });
  if (verb === 'TICKET_ASSIGN_TEAM' && (await teamsByIds(tx, [value])).length === 0) throw refuse('NOT_FOUND', field, { zh: '客服组不存在。', en: 'There is no such team.' });
  if (verb === 'TICKET_SET_CATEGORY' && !categories.has(value)) throw refuse('NOT_FOUND', field, { zh: '问题分类不存在或已停用。', en: 'There is no such category on offer.' });
}
