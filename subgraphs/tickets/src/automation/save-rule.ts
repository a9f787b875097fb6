import { recordAudit } from '@careline/kit/audit';
import { newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { isDeepStrictEqual } from 'node:util';
import type { TicketsContext } from '../context.ts';
import { askDirectory, requireTeamIds } from '../ticket/index.ts';
import type { RuleRow, VersionRow } from './automation.tables.ts';
import type { RuleContent, Since, Step, Trigger, Verb } from './automation.types.ts';
import { plainConditions } from './conditions.rules.ts';
import { insertRule, insertVersion, lockRule, newestVersion, nextVersionNumber, updateRule } from './rule.store.ts';
import { checkName, checkSteps, checkTime } from './steps.rules.ts';

export interface SaveAutomationRule {
  ruleId?: string | null;
  name: string;
  trigger: Trigger;
  since?: Since | null;
  afterSeconds?: number | null;
  conditions: Record<string, unknown>;
  steps: Step[];
  baseVersion?: number | null;
  idempotencyKey: string;
}

export interface SavedRule {
  ruleId: string;
  versionId: string;
}

/**
 * Keeps a rule as a new draft version; what is in force does not change. The same content again makes no version.
 * Refuses STALE_VERSION when there is a newer version than the caller began with, and what names nothing that exists.
 */
export async function saveAutomationRule(ctx: TicketsContext, input: SaveAutomationRule): Promise<SavedRule> {
  ctx.viewer.requireAll('automation:write');
  const name = checkName(input.name);
  const { since, afterMs } = checkTime(input.trigger, input.since, input.afterSeconds);
  const content: RuleContent = { trigger: input.trigger, since, afterMs, conditions: plainConditions(input.conditions), steps: checkSteps(input.steps) };
  await checkNamed(ctx, content);
  const { idempotencyKey: key, ...asked } = input;
  const identity = ctx.viewer.identity!;
  return ctx.db.transaction(async (tx) => {
    const { result } = await withIdempotency(tx, { scope: `${identity.agentId ?? identity.id}:saveAutomationRule`, key, input: asked }, () => store(ctx, tx, name, content, input));
    return result;
  });
}

async function store(ctx: TicketsContext, tx: Tx, name: string, content: RuleContent, { ruleId, baseVersion }: SaveAutomationRule): Promise<SavedRule> {
  const rule = ruleId ? await lockRule(tx, ruleId) : await newRule(tx, name);
  if (!rule) throw appError('NOT_FOUND');
  const newest = await newestVersion(tx, rule.id);
  if (newest && baseVersion != null && newest.number !== baseVersion) {
    throw refuse('STALE_VERSION', 'baseVersion', { zh: `已有更新的版本 v${newest.number}，请查看后再保存。`, en: `There is a newer version, v${newest.number}. Look at it and save again.` }, { rule });
  }
  if (rule.name !== name) await updateRule(tx, rule.id, { name });
  const version = newest && isSame(newest, content) ? newest : await storeVersion(ctx, tx, rule.id, content);
  if (version !== newest || rule.name !== name) {
    await recordAudit(tx, ctx, {
      verb: 'automation:write', subjectId: rule.id, before: newest ? { name: rule.name, number: newest.number, ...contentOf(newest) } : null, after: { name, number: version.number, ...content },
    });
  }
  return { ruleId: rule.id, versionId: version.id };
}

async function newRule(tx: Tx, name: string): Promise<RuleRow> {
  const rule: RuleRow = { id: newId('aut'), name, isEnabled: 0, activeVersionId: null, sweptAt: null, sweptId: null };
  await insertRule(tx, rule);
  return rule;
}

async function storeVersion(ctx: TicketsContext, tx: Tx, ruleId: string, content: RuleContent): Promise<VersionRow> {
  const { kind, id, agentId } = ctx.viewer.identity!;
  const version: VersionRow = {
    id: newId('auv'), ruleId, number: await nextVersionNumber(tx, ruleId), ...content, authorKind: kind, authorId: kind === 'AGENT' ? agentId : id, savedAt: ctx.clock.now(), activatedAt: null,
  };
  await insertVersion(tx, version);
  return version;
}

/** Steps whose value is the key of a team. */
const TEAM_VERBS: ReadonlySet<Verb> = new Set(['ASSIGN_TEAM', 'NOTIFY_TEAM']);

const contentOf = ({ trigger, since, afterMs, conditions, steps }: VersionRow): RuleContent => ({ trigger, since, afterMs, conditions, steps });
const isSame = (version: VersionRow, content: RuleContent) => isDeepStrictEqual(contentOf(version), content);

/** Refuses what names a category, team or agent that does not exist. Throws UNAVAILABLE while nobody knows. */
async function checkNamed(ctx: TicketsContext, { conditions, steps }: RuleContent): Promise<void> {
  const categories = new Set((await ctx.loaders.categories()).map(({ id }) => id));
  if (conditions.categoryIds?.some((id) => !categories.has(id))) throw refuse('NOT_FOUND', ['conditions', 'categoryIds'], { zh: '问题分类不存在。', en: 'There is no such category.' });
  const teams = steps.some(({ verb }) => TEAM_VERBS.has(verb)) ? await requireTeamIds(ctx) : new Map<string, string>();
  const agentIds = steps.flatMap(({ verb, value }) => (verb === 'ASSIGN_AGENT' ? [value] : []));
  const { agents } = await askDirectory(ctx.services, { conversationIds: [], customerIds: [], lookups: [], agentIds });
  for (const [place, { verb, value }] of steps.entries()) {
    const field = ['steps', String(place), 'value'];
    if (TEAM_VERBS.has(verb) && !teams.has(value)) throw refuse('NOT_FOUND', field, { zh: `没有键为 ${value} 的客服组。`, en: `No team has the key ${value}.` });
    if (verb === 'ASSIGN_AGENT' && agents.get(value) === undefined) throw refuse('NOT_FOUND', field, { zh: '客服不存在。', en: 'The agent does not exist.' });
    if (verb === 'ASSIGN_AGENT' && !agents.get(value)) throw refuse('NOT_AVAILABLE', field, { zh: '该客服已停用。', en: 'The agent is disabled.' });
  }
}
