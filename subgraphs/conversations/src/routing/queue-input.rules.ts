import { refuse, type Words } from '@careline/kit/errors';
import type { Skill } from '../skill.rules.ts';
import type { RoutingStrategy } from './agent.rules.ts';
import type { ClosedAction } from './routing.tables.ts';

/** Input of `saveQueue`; null and absent both leave a field as it is. An empty id, and 0 seconds until overflow, mean none. */
export interface SaveQueueInput {
  queueId?: string | null;
  name?: string | null;
  key?: string | null;
  teamIds?: readonly string[] | null;
  strategy?: readonly RoutingStrategy[] | null;
  skills?: readonly Skill[] | null;
  skillSeconds?: number | null;
  acceptSeconds?: number | null;
  overflowQueueId?: string | null;
  overflowSeconds?: number | null;
  businessHoursId?: string | null;
  closedAction?: ClosedAction | null;
  closedWords?: Words | null;
  expectedVersion?: number | null;
}

const TEAMS_MAX = 20;
const CLOSED_WORDS_MAX = 300;

function checkName(name: string | null | undefined, isNew: boolean): void {
  if (name == null && !isNew) return;
  const length = [...(name ?? '').trim()].length;
  if (length === 0) throw refuse('REQUIRED', 'name', { zh: '请填写队列名称。', en: 'Give the queue a name.' });
  if (length > 60) throw refuse('TOO_LONG', 'name', { zh: '队列名称最多 60 个字。', en: 'A queue name may have at most 60 characters.' });
}

function checkKey(key: string | null | undefined, isNew: boolean): void {
  if (!isNew) {
    if (key != null) throw refuse('INVALID', 'key', { zh: '队列的 key 不能修改。', en: 'The key of a queue never changes.' });
    return;
  }
  if (key == null || key === '') throw refuse('REQUIRED', 'key', { zh: '请填写队列的 key。', en: 'Give the queue a key.' });
  if (!/^[a-z0-9_]{2,40}$/.test(key)) throw refuse('INVALID', 'key', { zh: 'key 由 2 到 40 个小写字母、数字或下划线组成。', en: 'A key has 2 to 40 lower-case letters, digits or underscores.' });
}

function checkRange(field: string, value: number | null | undefined, min: number, max: number): void {
  if (value != null && (value < min || value > max)) {
    throw refuse('OUT_OF_RANGE', field, { zh: `请填写 ${min} 到 ${max} 之间的秒数。`, en: `Give ${min} to ${max} seconds.` });
  }
}

/** Checks what can be checked of the input alone. Throws a Refusal that names the first field at fault. */
export function checkQueueInput(input: SaveQueueInput): void {
  const isNew = input.queueId == null;
  checkName(input.name, isNew);
  checkKey(input.key, isNew);
  checkRange('acceptSeconds', input.acceptSeconds, 0, 300);
  checkRange('skillSeconds', input.skillSeconds, 0, 86_400);
  if (input.overflowSeconds !== 0) checkRange('overflowSeconds', input.overflowSeconds, 10, 86_400);
  for (const words of Object.values(input.closedWords ?? {})) {
    if ([...words.trim()].length > CLOSED_WORDS_MAX) throw refuse('TOO_LONG', 'closedWords', { zh: `最多 ${CLOSED_WORDS_MAX} 个字。`, en: `At most ${CLOSED_WORDS_MAX} characters.` });
  }
  if (input.strategy && (input.strategy.length === 0 || new Set(input.strategy).size < input.strategy.length)) {
    throw refuse('INVALID', 'strategy', { zh: '分配策略不能为空或重复。', en: 'Give at least one step, each once.' });
  }
  if (input.teamIds && new Set(input.teamIds).size < input.teamIds.length) throw refuse('INVALID', 'teamIds', { zh: '同一客服组不能重复。', en: 'Name each team once.' });
  if (input.teamIds && input.teamIds.length > TEAMS_MAX) throw refuse('TOO_MANY', 'teamIds', { zh: `最多 ${TEAMS_MAX} 个客服组。`, en: `At most ${TEAMS_MAX} teams.` });
}

/**
 * Whether work would come back to where it came from: following overflow from `to` on leads to `from`.
 * A conversation would then move round for ever instead of waiting.
 */
export function overflowsInCircle(from: string, to: string | null, overflowOf: (queueId: string) => string | null): boolean {
  const seen = new Set([from]);
  for (let at = to; at !== null; at = overflowOf(at)) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
