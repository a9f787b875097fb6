import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ask } from '../harness/people.ts';
import { change, plain, readAll, Refused, type Item, type Kind, type Names } from './kind.ts';

const POLL_MS = 300;
const named = (kind: string) => ({ names: kind });
const DRY = 'id state';
/** Has a value of the server's choosing when nobody says one. */
const KEPT = { isKept: true };

interface DryRun {
  id: string;
  state: string;
}

/** Waits for the dry run that a version must have had before it may be put in force. */
async function runDry(ask: Ask, verb: string, versionId: string, read: (id: string) => Promise<DryRun | null>): Promise<void> {
  let { dryRun: run } = await change<{ dryRun: DryRun | null }>(ask, verb, { versionId, idempotencyKey: randomUUID() }, `dryRun { ${DRY} }`);
  while (run && (run.state === 'QUEUED' || run.state === 'RUNNING')) {
    await pause(POLL_MS);
    run = await read(run.id);
  }
  if (run?.state !== 'DONE') throw new Refused([], 'The dry run did not finish. Try again.');
}

const teams: Kind = {
  name: 'teams', key: 'key', fields: { key: {}, name: {}, capacity: {} },
  async read(ask) {
    const found = await readAll<{ id: string; key: string; name: string; capacity: number | null }>(ask, 'teams', 'id key name capacity');
    return found.map(({ id, key, name, capacity }) => ({ id, version: null, item: plain({ key, name, capacity }) }));
  },
  async save(ask, _names, { key, name, capacity = null }, held) {
    return (await change<{ team: { id: string } }>(ask, 'saveTeam', { teamId: held?.id ?? null, name, capacity, ...(held ? {} : { key }) }, 'team { id }')).team.id;
  },
};

const businessHours: Kind = {
  name: 'business-hours', key: 'key', fields: { key: {}, name: {}, timeZone: {}, intervals: {}, specialDays: {} },
  async read(ask) {
    const found = await readAll<{ id: string; version: number; specialDays: Item[] } & Item>(ask, 'businessHours', 'id key name timeZone version intervals { weekday from to } specialDays { date name kind intervals { weekday from to } }');
    return found.map(({ id, version, specialDays, key, name, timeZone, intervals }) => ({ id, version, item: plain({ key, name, timeZone, intervals, specialDays: specialDays.map(plain) }) }));
  },
  async save(ask, _names, { key, name, timeZone, intervals = [], specialDays = [] }, held) {
    const days = (specialDays as Item[]).map((day) => ({ intervals: [], ...day }));
    const input = { businessHoursId: held?.id ?? null, name, timeZone, intervals, specialDays: days, scope: 'NEW_ONLY', expectedVersion: held?.version ?? null, ...(held ? {} : { key }) };
    return (await change<{ businessHours: { id: string } }>(ask, 'saveBusinessHours', input, 'businessHours { id }')).businessHours.id;
  },
};

const roles: Kind = {
  name: 'roles', key: 'name', fields: { name: {}, grants: {}, clearMasks: {} },
  async read(ask) {
    const found = await readAll<{ id: string; version: number; isBuiltIn: boolean; name: string; grants: { permission: string; scope: string }[]; clearMasks: string[] }>(ask, 'roles', 'id name version isBuiltIn grants { permission scope } clearMasks');
    // Those every system has are the same everywhere.
    return found.filter(({ isBuiltIn }) => !isBuiltIn).map(({ id, version, name, grants, clearMasks }) => ({
      id, version, item: plain({ name, grants: Object.fromEntries(grants.map(({ permission, scope }) => [permission, scope] as const).sort(([one], [other]) => (one < other ? -1 : 1))), clearMasks: clearMasks.toSorted() }),
    }));
  },
  async save(ask, _names, { name, grants = {}, clearMasks = [] }, held) {
    const list = Object.entries(grants as Record<string, string>).map(([permission, scope]) => ({ permission, scope }));
    return (await change<{ role: { id: string } }>(ask, 'saveRole', { roleId: held?.id ?? null, name, grants: list, clearMasks, expectedVersion: held?.version ?? null }, 'role { id }')).role.id;
  },
};

interface QueueRow extends Item {
  id: string;
  version: number;
  teams: { key: string }[];
  overflowQueue: { key: string } | null;
  businessHoursId: string | null;
  closedWords: Item | null;
}

const queues: Kind = {
  name: 'queues', key: 'key',
  fields: {
    key: {}, name: {}, teams: named('teams'), strategy: KEPT, skills: {}, skillSeconds: {}, acceptSeconds: KEPT, overflowQueue: named('queues'), overflowSeconds: {},
    businessHours: named('business-hours'), closedAction: KEPT, closedWords: {},
  },
  async read(ask, names) {
    const found = await readAll<QueueRow>(ask, 'queues', 'id key name version teams { key } strategy skills { name level } skillSeconds acceptSeconds overflowQueue { key } overflowSeconds businessHoursId closedAction closedWords { zh en }');
    return found.map(({ id, version, teams: serving, overflowQueue, businessHoursId: hours, key, name, strategy, skills, skillSeconds, acceptSeconds, overflowSeconds, closedAction, closedWords }) => ({
      id, version,
      item: plain({
        key, name, teams: serving.map((team) => team.key).toSorted(), strategy, skills, skillSeconds, acceptSeconds, overflowQueue: overflowQueue?.key, overflowSeconds,
        businessHours: hours && names.nameOf('business-hours', hours), closedAction, closedWords,
      }),
    }));
  },
  async save(ask, names, item, held) {
    const { key, name, strategy, skills = [], skillSeconds = null, acceptSeconds, overflowSeconds = 0, closedAction, closedWords = { zh: '', en: '' } } = item;
    const input = {
      queueId: held?.id ?? null, name, strategy, skills, skillSeconds, acceptSeconds, overflowSeconds, closedAction, closedWords, teamIds: names.idsOf('teams', item.teams),
      overflowQueueId: item.overflowQueue ? names.idOf('queues', item.overflowQueue) : '', businessHoursId: item.businessHours ? names.idOf('business-hours', item.businessHours) : '',
      expectedVersion: held?.version ?? null, ...(held ? {} : { key }),
    };
    return (await change<{ queue: { id: string } }>(ask, 'saveQueue', input, 'queue { id }')).queue.id;
  },
};

interface RuleVersion {
  id: string;
  number: number;
  state: string;
  defaultQueue: { key: string } | null;
  rules: { name: string; conditions: Item[]; queue: { key: string } | null; priority: string | null; skills: Item[] }[];
}

const routingRules: Kind = {
  name: 'routing-rules', key: 'name', isOne: true, fields: { defaultQueue: named('queues'), rules: {} },
  inner: ({ rules }) => ((rules ?? []) as Item[]).map(({ queue }, place) => ({ path: ['rules', place, 'queue'], kind: 'queues', name: queue })),
  async read(ask) {
    const versions = await readAll<RuleVersion>(ask, 'routingRuleVersions', 'id number state defaultQueue { key } rules { name conditions { field values } queue { key } priority skills { name level } }');
    const active = versions.find(({ state }) => state === 'ACTIVE');
    if (!active) return [];
    const rules = active.rules.map(({ name, conditions, queue, priority, skills }) => plain({ name, conditions, queue: queue?.key, priority, skills }));
    return [{ id: active.id, version: versions[0]!.number, item: plain({ defaultQueue: active.defaultQueue?.key, rules }) }];
  },
  async save(ask, names, { defaultQueue, rules = [] }, held) {
    const list = (rules as Item[]).map(({ name, conditions = [], queue, priority = null, skills = [] }) => ({ name, conditions, queueId: names.idOf('queues', queue), priority, skills }));
    const input = { rules: list, defaultQueueId: defaultQueue ? names.idOf('queues', defaultQueue) : null, expectedVersion: held?.version ?? null };
    const { version } = await change<{ version: { id: string } }>(ask, 'saveRoutingRules', input, 'version { id }');
    const look = async () => (await readAll<{ id: string; dryRun: DryRun | null }>(ask, 'routingRuleVersions', `id dryRun { ${DRY} }`)).find(({ id }) => id === version.id)?.dryRun ?? null;
    await runDry(ask, 'dryRunRoutingRules', version.id, look);
    await change(ask, 'activateRoutingRules', { versionId: version.id }, 'version { id }');
    return version.id;
  },
};

interface CategoryRow extends Item {
  id: string;
  version: number;
  parent: { key: string } | null;
  fieldsSchema: Item;
}

const categories: Kind = {
  name: 'categories', key: 'key', fields: { key: {}, nameZh: {}, nameEn: {}, parent: named('categories'), fieldsSchema: {}, requiredFields: {}, isRetired: {} },
  async read(ask) {
    const { categories: found } = await ask<{ categories: CategoryRow[] | null }>('query Config { categories(includeRetired: true) { id key nameZh nameEn version parent { key } fieldsSchema requiredFields isRetired } }');
    return (found ?? []).map(({ id, version, key, nameZh, nameEn, parent, fieldsSchema, requiredFields, isRetired }) => ({
      id, version, item: plain({ key, nameZh, nameEn, parent: parent?.key, fieldsSchema, requiredFields, isRetired: isRetired || null }),
    }));
  },
  async save(ask, names, item, held) {
    const { key, nameZh, nameEn, fieldsSchema = {}, requiredFields = [], isRetired = false } = item;
    const isNew = !held;
    const input = { categoryId: held?.id ?? null, nameZh, nameEn, fieldsSchema, requiredFields, expectedVersion: held?.version ?? null, ...(isNew ? { key, parentId: item.parent ? names.idOf('categories', item.parent) : null } : { isRetired }) };
    const { category } = await change<{ category: { id: string } }>(ask, 'saveCategory', input, 'category { id }');
    if (isNew && isRetired) await change(ask, 'saveCategory', { categoryId: category.id, isRetired: true }, 'category { id }');
    return category.id;
  },
};

interface RuleRow {
  id: string;
  name: string;
  isEnabled: boolean;
  newestVersion: { id: string; number: number; trigger: string; since: string | null; afterSeconds: number | null; conditions: Item; steps: { verb: string; value: string }[] };
}

/** Conditions with the names of what has one. Ids of people stay: such a rule fits only its own system. */
const conditionsAs = (conditions: Item, change1: (kind: string, one: string) => string): Item => plain({
  ...conditions,
  categoryIds: ((conditions.categoryIds ?? []) as string[]).map((one) => change1('categories', one)), teamIds: ((conditions.teamIds ?? []) as string[]).map((one) => change1('teams', one)),
});

const automation: Kind = {
  name: 'automation-rules', key: 'name', fields: { name: {}, trigger: {}, since: {}, afterSeconds: {}, conditions: {}, steps: {}, isEnabled: {} },
  inner({ conditions }) {
    const { categoryIds = [], teamIds = [] } = (conditions ?? {}) as { categoryIds?: unknown[]; teamIds?: unknown[] };
    const of = (field: string, kind: string, names: unknown[]) => names.map((name, place) => ({ path: ['conditions', field, place], kind, name }));
    return [...of('categoryIds', 'categories', categoryIds), ...of('teamIds', 'teams', teamIds)];
  },
  async read(ask, names) {
    const found = await readAll<RuleRow>(ask, 'automationRules', 'id name isEnabled newestVersion { id number trigger since afterSeconds conditions steps { verb value } }');
    return found.map(({ id, name, isEnabled, newestVersion: { number, trigger, since, afterSeconds, conditions, steps } }) => ({
      id, version: number, item: plain({ name, trigger, since, afterSeconds, conditions: conditionsAs(conditions, (kind, one) => names.nameOf(kind, one)), steps, isEnabled }),
    }));
  },
  async save(ask, names, { name, trigger, since = null, afterSeconds = null, conditions = {}, steps = [], isEnabled = false }, held) {
    const input = {
      ruleId: held?.id ?? null, name, trigger, since, afterSeconds, conditions: conditionsAs(conditions as Item, (kind, one) => names.idOf(kind, one)), steps, baseVersion: held?.version ?? null, idempotencyKey: randomUUID(),
    };
    const { rule, version } = await change<{ rule: { id: string }; version: { id: string } }>(ask, 'saveAutomationRule', input, 'rule { id } version { id }');
    if (isEnabled) {
      const look = async (id: string) => (await ask<{ automationDryRun: DryRun | null }>(`query Config($id: ID!) { automationDryRun(id: $id) { ${DRY} } }`, { id })).automationDryRun;
      await runDry(ask, 'dryRunAutomationRule', version.id, look);
      await change(ask, 'activateAutomationRule', { ruleId: rule.id, versionId: version.id }, 'rule { id }');
    } else if (held?.item.isEnabled) {
      await change(ask, 'activateAutomationRule', { ruleId: rule.id, versionId: null }, 'rule { id }');
    }
    return rule.id;
  },
};

interface PolicyRow {
  id: string;
  name: string;
  activeVersion: { yaml: string } | null;
  versions: { nodes: { number: number }[] };
}

const slaPolicies: Kind = {
  name: 'sla-policies', key: 'name', fields: { name: {}, document: {} },
  async read(ask) {
    const found = await readAll<PolicyRow>(ask, 'slaPolicyDocuments', 'id name activeVersion { yaml } versions(first: 1) { nodes { number } }');
    return found.flatMap(({ id, name, activeVersion, versions }) => (activeVersion ? [{ id, version: versions.nodes[0]?.number ?? null, item: { name, document: activeVersion.yaml } }] : []));
  },
  async save(ask, _names, { name, document }, held) {
    const input = { documentId: held?.id ?? null, name: held ? null : name, content: { yaml: document }, baseVersion: held?.version ?? null };
    const { version } = await change<{ version: { id: string } }>(ask, 'saveSlaPolicy', input, 'version { id }');
    const look = async (id: string) => (await ask<{ slaDryRun: DryRun | null }>(`query Config($id: ID!) { slaDryRun(id: $id) { ${DRY} } }`, { id })).slaDryRun;
    await runDry(ask, 'dryRunSlaPolicy', version.id, look);
    await change(ask, 'activateSlaPolicy', { versionId: version.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }');
    return held?.id ?? version.id;
  },
};

/** All kinds, each behind those whose things it names. */
export const KINDS: readonly Kind[] = [teams, businessHours, roles, queues, routingRules, categories, slaPolicies, automation];

export type { Names };
