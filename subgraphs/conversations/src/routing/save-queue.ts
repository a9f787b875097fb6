import { recordAudit } from '@careline/kit/audit';
import { isDuplicate, newId, parseId, type Tx } from '@careline/kit/db';
import { refuse, type Words } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { membersOf, teamsByIds } from '../agent/index.ts';
import { skillsWithin } from '../skill.rules.ts';
import { DEFAULT_STRATEGY } from './agent.rules.ts';
import { knowHours } from './known-hours.ts';
import { announceQueue, wakeQueue } from './keep-entry.ts';
import { checkQueueInput, overflowsInCircle, type SaveQueueInput } from './queue-input.rules.ts';
import { insertQueue, lockQueue, replaceTeamsOfQueue, selectAllQueues, selectTeamsOfQueues, updateQueue, type QueueRow } from './queue.store.ts';
import { routingPart } from './routing.part.ts';

/** Seconds an offer of a new queue waits unless said otherwise. */
const ACCEPT_SECONDS = 15;
const SKILLS_MAX = 10;

const noQueue = (field: string) => refuse('NOT_FOUND', field, { zh: '服务队列不存在。', en: 'There is no such queue.' });
const keyTaken = () => refuse('ALREADY_EXISTS', 'key', { zh: '已有使用这个 key 的队列。', en: 'A queue with this key exists already.' });

/**
 * Creates or changes a queue; what the input leaves null stays. Takes effect with the next work given out.
 * Throws FORBIDDEN without `queue:write` for all; refuses STALE_VERSION when somebody changed it since it was read.
 */
export async function saveQueue(ctx: ConversationsContext, input: SaveQueueInput): Promise<QueueRow> {
  ctx.viewer.requireAll('queue:write');
  checkQueueInput(input);
  if (input.businessHoursId && !(parseId('bhr', input.businessHoursId) && await knowHours(ctx, { ids: [input.businessHoursId] }))) {
    throw refuse('NOT_FOUND', 'businessHoursId', { zh: '工作时间不存在。', en: 'There are no such business hours.' });
  }
  ctx.runtime.parts.of(routingPart);
  try {
    return await ctx.transaction((tx) => store(ctx, tx, input));
  } catch (error) {
    throw isDuplicate(error) ? keyTaken() : error;
  }
}

async function store(ctx: ConversationsContext, tx: Tx, input: SaveQueueInput): Promise<QueueRow> {
  const before = input.queueId ? await lockQueue(tx, input.queueId) : null;
  if (input.queueId && !before) throw noQueue('queueId');
  if (before && input.expectedVersion != null && input.expectedVersion !== before.version) {
    throw refuse('STALE_VERSION', null, { zh: '队列已被他人修改，请刷新后重试。', en: 'Somebody changed the queue. Load it again.' });
  }
  const after = nextRow(ctx, input, before);
  const all = await selectAllQueues(tx);
  if (after.overflowQueueId && !all.some(({ id }) => id === after.overflowQueueId)) throw noQueue('overflowQueueId');
  if (overflowsInCircle(after.id, after.overflowQueueId, (id) => all.find((queue) => queue.id === id)?.overflowQueueId ?? null)) {
    throw refuse('INVALID', 'overflowQueueId', { zh: '溢出队列不能循环。', en: 'Overflow would lead back to where it came from.' });
  }
  if (before) await updateQueue(tx, after);
  else await insertQueue(tx, after);
  const teams = await storeTeams(ctx, tx, after.id, input.teamIds ?? null);
  await recordAudit(tx, ctx, {
    verb: 'queue:write', subjectId: after.id,
    before: before ? { ...before, teamIds: teams.before } : undefined, after: { ...after, teamIds: teams.after },
  });
  announceQueue(ctx, tx, after.id);
  wakeQueue(ctx, tx, after.id);
  return after;
}

function nextRow(ctx: ConversationsContext, input: SaveQueueInput, before: QueueRow | null): QueueRow {
  return {
    id: before?.id ?? newId('que'),
    key: before?.key ?? input.key!,
    name: input.name?.trim() ?? before!.name,
    strategy: input.strategy ? [...input.strategy] : before?.strategy ?? [...DEFAULT_STRATEGY],
    ...nextSkills(input, before),
    acceptSeconds: input.acceptSeconds ?? before?.acceptSeconds ?? ACCEPT_SECONDS,
    overflowQueueId: (input.overflowQueueId ?? before?.overflowQueueId) || null,
    overflowSeconds: (input.overflowSeconds ?? before?.overflowSeconds) || null,
    businessHoursId: (input.businessHoursId ?? before?.businessHoursId) || null,
    closedAction: input.closedAction ?? before?.closedAction ?? 'WAIT',
    closedTexts: input.closedWords ? nextWords(input.closedWords) : before?.closedTexts ?? null,
    version: (before?.version ?? 0) + 1,
    createdAt: before?.createdAt ?? ctx.clock.now(),
  };
}

/** Words in both languages; where only one is given it stands for both. */
function nextWords({ zh, en }: Words): Words | null {
  const [chinese, english] = [zh.trim(), en.trim()];
  return chinese || english ? { zh: chinese || english, en: english || chinese } : null;
}

/** Skills and how long they are insisted on go together: who replaces the skills says both anew. */
function nextSkills({ skills, skillSeconds }: SaveQueueInput, before: QueueRow | null): Pick<QueueRow, 'skills' | 'skillSeconds'> {
  if (skills) return { skills: skillsWithin(skills, 'skills', SKILLS_MAX), skillSeconds: skillSeconds ?? null };
  return { skills: before?.skills ?? null, skillSeconds: skillSeconds ?? before?.skillSeconds ?? null };
}

async function storeTeams(ctx: ConversationsContext, tx: Tx, queueId: string, teamIds: readonly string[] | null) {
  const before = (await selectTeamsOfQueues(tx, [queueId])).get(queueId)!;
  if (!teamIds) return { before, after: before };
  const known = new Set((await teamsByIds(tx, teamIds)).map(({ id }) => id));
  if (teamIds.some((id) => !known.has(id))) throw refuse('NOT_FOUND', 'teamIds', { zh: '客服组不存在。', en: 'There is no such team.' });
  await replaceTeamsOfQueue(tx, queueId, teamIds);
  // What a TEAM grant reaches has changed for these agents: their open streams must begin anew.
  const changed = [...before, ...teamIds].filter((id) => before.includes(id) !== teamIds.includes(id));
  for (const { agent } of await membersOf(tx, changed)) tx.afterCommit(() => ctx.live.publish(`identity:${agent.id}`, { agentId: agent.id }));
  return { before, after: [...teamIds] };
}
