import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import type { Complaint, Found, Kind, Reference } from './kind.types.ts';
import { skill } from './people-kinds.ts';
import { Refused } from './refused.ts';
import { flag, isSame, list, number, one, or, record, settle, text, type Value } from './shape.ts';

interface RoutingVersion {
  id: string;
  number: number;
  state: string;
  rules: { name: string; conditions: { field: string; values: string[] }[]; queue: { key: string } | null; priority: string | null; skills: object[] }[];
  defaultQueue: { key: string } | null;
  dryRun: { id: string; state: string } | null;
}

const ROUTING = 'id number state rules { name conditions { field values } queue { key } priority skills { name level } } defaultQueue { key } dryRun { id state }';
const CHANNEL_KINDS = ['WEB', 'APP'];

export const routingRules: Kind = {
  name: 'routing-rules', file: 'routing-rules.yaml', word: 'routing rules', words: 'routing rules', isSingle: true, permissions: { read: 'routing:read', write: 'routing:write' },
  shape: record({
    default_queue: or(text, null),
    rules: or(list(record({ name: text, conditions: or(list(record({ field: one('RoutingField'), values: list(text) })), []), queue: text, priority: or(one('Priority'), null), skills: or(list(skill), []) })), []),
  }),
  keyOf: () => 'in force',
  async read(api) {
    const { routingRuleVersion: active, newest } = await api.ask<{ routingRuleVersion: RoutingVersion | null; newest: { nodes: { number: number }[] } }>(
      `query ConfigRouting { routingRuleVersion { ${ROUTING} } newest: routingRuleVersions(first: 1) { nodes { number } } }`);
    if (!active) return [];
    return [{ key: 'in force', id: active.id, version: newest.nodes[0]?.number ?? null, value: await routingValue(api, active) }];
  },
  references(value) {
    const { default_queue: fallback, rules } = value as { default_queue: string | null; rules: { queue: string; conditions: { field: string; values: string[] }[] }[] };
    const named: Reference[] = fallback === null ? [] : [{ path: ['default_queue'], kind: 'queues', key: fallback }];
    for (const [place, { queue, conditions }] of rules.entries()) {
      named.push({ path: ['rules', place, 'queue'], kind: 'queues', key: queue });
      for (const [at, { field, values }] of conditions.entries()) {
        if (field === 'HOURS') named.push(...values.map((one, index) => ({ path: ['rules', place, 'conditions', at, 'values', index], kind: 'business-hours', key: one.split('=')[0]! })));
      }
    }
    return named;
  },
  async check(api, value) {
    const names = await channels(api).catch(() => null);
    const complaints: Complaint[] = [];
    for (const [place, { conditions }] of (value.rules as { conditions: { field: string; values: string[] }[] }[]).entries()) {
      for (const [at, { field, values }] of conditions.entries()) for (const [index, channel] of values.entries()) {
        if (field !== 'CHANNEL' || CHANNEL_KINDS.includes(channel)) continue;
        const count = names?.filter(({ name }) => name === channel).length ?? 0;
        if (count !== 1) complaints.push({ path: ['rules', place, 'conditions', at, 'values', index], message: count > 1 ? `${count} channels are called ${channel}: give them names of their own` : `No channel is called ${channel}: write WEB, APP or the name of a channel that there is` });
      }
    }
    return complaints;
  },
  async save(api, value, found) {
    const { routingRuleVersions } = await api.ask<{ routingRuleVersions: { nodes: RoutingVersion[] } }>(`query ConfigRoutingDraft { routingRuleVersions(first: 1) { nodes { ${ROUTING} } } }`);
    const [newest] = routingRuleVersions.nodes;
    if ((newest?.number ?? null) !== (found?.version ?? null)) throw new Refused({ code: 'STALE_VERSION', field: null, message: 'Another version was saved' });
    const isSaved = newest?.state === 'DRAFT' && isSame(await routingValue(api, newest), value);
    const version = isSaved ? newest : (await api.tell<{ version: RoutingVersion }>('saveRoutingRules', await routingInput(api, value, found), `version { ${ROUTING} }`)).version;
    if (version.dryRun?.state !== 'DONE') {
      const { dryRun } = await api.tell<{ dryRun: { id: string; state: string } }>('dryRunRoutingRules', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id state }');
      await api.finished(dryRun, async () => (await api.ask<{ routingRuleVersion: RoutingVersion }>('query ConfigRoutingRun($id: ID) { routingRuleVersion(id: $id) { dryRun { id state } } }', { id: version.id })).routingRuleVersion.dryRun);
    }
    await api.tell('activateRoutingRules', { versionId: version.id }, 'version { id }');
  },
};

async function channels(api: Api): Promise<{ id: string; name: string }[]> {
  return api.all('channels', 'id name');
}

async function routingValue(api: Api, { rules, defaultQueue }: RoutingVersion): Promise<Value> {
  const known = rules.some(({ conditions }) => conditions.some(({ field, values }) => field === 'CHANNEL' && values.some((value) => value.startsWith('chn_')))) ? await channels(api) : [];
  const named = (value: string) => known.find(({ id }) => id === value)?.name ?? value;
  return settle({
    default_queue: defaultQueue?.key ?? null,
    rules: rules.map((rule) => ({ ...rule, queue: rule.queue?.key ?? '', conditions: rule.conditions.map(({ field, values }) => ({ field, values: field === 'CHANNEL' ? values.map(named) : values })) })),
  }, routingRules.shape) as Value;
}

async function routingInput(api: Api, value: Value, found: Found | null): Promise<object> {
  const rules = value.rules as { queue: string; conditions: { field: string; values: string[] }[] }[];
  const known = rules.some(({ conditions }) => conditions.some(({ field }) => field === 'CHANNEL')) ? await channels(api) : [];
  const idOf = (name: string) => (CHANNEL_KINDS.includes(name) ? name : known.find((channel) => channel.name === name)?.id ?? name);
  const inputs = rules.map(async ({ queue, conditions, ...rest }) => ({ ...rest, queueId: await api.idOf('queues', queue), conditions: conditions.map(({ field, values }) => ({ field, values: field === 'CHANNEL' ? values.map(idOf) : values })) }));
  return { rules: await Promise.all(inputs), defaultQueueId: value.default_queue ? await api.idOf('queues', value.default_queue as string) : null, expectedVersion: found?.version ?? null };
}

interface SlaNode {
  id: string;
  name: string;
  activeVersion: { yaml: string } | null;
  versions: { nodes: { number: number }[] };
}

interface SlaVersion {
  id: string;
  activatedAt: string | null;
  dryRun: { id: string; state: string } | null;
}

export const slaPolicies: Kind = {
  name: 'sla-policies', file: 'sla-policies.yaml', word: 'SLA policies', words: 'SLA policy documents', permissions: { read: 'sla:read', write: 'sla:write and sla:activate' },
  shape: record({ name: text, policies: text }),
  keyOf: ({ name }) => String(name),
  async read(api) {
    const nodes = await api.all<SlaNode>('slaPolicyDocuments', 'id name activeVersion { yaml } versions(first: 1) { nodes { number } }');
    return nodes.map(({ id, name, activeVersion, versions }) => ({ key: name, id, version: versions.nodes[0]?.number ?? null, value: settle({ name, policies: activeVersion?.yaml ?? null }, slaPolicies.shape) as Value, isOut: true, isBegun: activeVersion === null })).sort((a, b) => (a.key < b.key ? -1 : 1));
  },
  references: () => [],
  async check(api, { policies }, isComing) {
    const { slaPolicyCheck } = await api.ask<{ slaPolicyCheck: { problems: { line: number | null; column: number | null; message: string; isWarning: boolean }[] } }>(
      'query ConfigSlaCheck($input: SlaPolicyDocumentInput!) { slaPolicyCheck(input: $input) { problems { line column message isWarning } } }', { input: { yaml: policies } });
    const lines = String(policies).split('\n');
    const isOnTheWay = (line: number, column: number) => isComing(/^["']?([\w]+)/.exec(lines[line - 1]?.slice(column - 1) ?? '')?.[1] ?? '');
    return slaPolicyCheck.problems.filter(({ line, column, isWarning }) => !isWarning && !isOnTheWay(line ?? 1, column ?? 1)).map(({ line, column, message }) => ({ path: ['policies', line ?? 1, column ?? 1], message }));
  },
  async save(api, { name, policies }, found) {
    const version = 'id activatedAt dryRun { id state }';
    const saved = (await api.tell<{ version: SlaVersion }>('saveSlaPolicy', { documentId: found?.id ?? null, name: found ? null : name, content: { yaml: policies }, baseVersion: found?.version ?? null }, `version { ${version} }`)).version;
    if (saved.activatedAt === null && saved.dryRun?.state !== 'DONE') {
      const { dryRun } = await api.tell<{ dryRun: { id: string; state: string } }>('dryRunSlaPolicy', { versionId: saved.id, idempotencyKey: randomUUID() }, 'dryRun { id state }');
      await api.finished(dryRun, async (id) => (await api.ask<{ slaDryRun: { id: string; state: string } }>('query ConfigSlaRun($id: ID!) { slaDryRun(id: $id) { id state } }', { id })).slaDryRun);
    }
    await api.tell('activateSlaPolicy', { versionId: saved.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }');
  },
};

interface AutomationVersion {
  id: string;
  number: number;
  trigger: string;
  since: string | null;
  afterSeconds: number | null;
  conditions: Value;
  steps: { verb: string; value: string }[];
  dryRun: { id: string; state: string } | null;
  activatedAt: string | null;
}

interface AutomationNode {
  id: string;
  name: string;
  isEnabled: boolean;
  activeVersion: AutomationVersion | null;
  newestVersion: AutomationVersion;
}

const AUTOMATION = 'id number trigger since afterSeconds conditions steps { verb value } activatedAt dryRun { id state }';
const conditions = record({
  states: or(list(one('TicketState')), null), priorities: or(list(one('Priority')), null), categories: or(list(text), null), is_unassigned: or(flag, null), teams: or(list(text), null), tags: or(list(text), null),
  clock_states: or(list(one('SlaClockState')), null), clock_target: or(one('SlaTarget'), null), is_at_risk: or(flag, null),
});
const NO_CONDITIONS = settle({}, conditions);

export const automationRules: Kind = {
  name: 'automation-rules', file: 'automation-rules.yaml', word: 'automation rule', words: 'automation rules', permissions: { read: 'automation:read', write: 'automation:write' },
  shape: record({
    name: text, is_enabled: or(flag, true), trigger: one('AutomationTrigger'), since: or(one('AutomationSince'), null), after_seconds: or(number, null),
    conditions: or(conditions, NO_CONDITIONS), steps: list(record({ verb: one('AutomationVerb'), value: text })),
  }),
  keyOf: ({ name }) => String(name),
  async read(api) {
    const nodes = await api.all<AutomationNode>('automationRules', `id name isEnabled activeVersion { ${AUTOMATION} } newestVersion { ${AUTOMATION} }`);
    return Promise.all(nodes.map((node) => foundRule(api, node))).then((all) => all.sort((a, b) => (a.key < b.key ? -1 : 1)));
  },
  references(value) {
    const asked = value.conditions as { categories: string[] | null; teams: string[] | null };
    return [
      ...(asked.categories ?? []).map((key, place) => ({ path: ['conditions', 'categories', place], kind: 'categories', key })),
      ...(asked.teams ?? []).map((key, place) => ({ path: ['conditions', 'teams', place], kind: 'teams', key })),
      ...(value.steps as { verb: string; value: string }[]).flatMap((step, place) => (step.verb === 'ASSIGN_TEAM' || step.verb === 'NOTIFY_TEAM' ? [{ path: ['steps', place, 'value'], kind: 'teams', key: step.value }] : [])),
    ];
  },
  async check(_api, value) {
    return (value.steps as { verb: string }[]).flatMap(({ verb }, place) => (verb === 'ASSIGN_AGENT' ? [{ path: ['steps', place, 'verb'], message: 'A file names no person: give it to a team with ASSIGN_TEAM, or make this rule in the console' }] : []));
  },
  async save(api, value, found) {
    const version = await saveRule(api, value, found);
    if (!value.is_enabled) {
      if (found?.value.is_enabled) await api.tell('activateAutomationRule', { ruleId: found.id, versionId: null }, 'rule { id }');
      return;
    }
    if (version.activatedAt === null && version.dryRun?.state !== 'DONE') {
      const { dryRun } = await api.tell<{ dryRun: { id: string; state: string } }>('dryRunAutomationRule', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id state }');
      await api.finished(dryRun, async (id) => (await api.ask<{ automationDryRun: { id: string; state: string } }>('query ConfigRuleRun($id: ID!) { automationDryRun(id: $id) { id state } }', { id })).automationDryRun);
    }
    await api.tell('activateAutomationRule', { ruleId: version.ruleId, versionId: version.id }, 'rule { id }');
  },
  async takeOut(api, { id }) {
    await api.tell('activateAutomationRule', { ruleId: id, versionId: null }, 'rule { id }');
  },
};

async function saveRule(api: Api, value: Value, found: Found | null): Promise<AutomationVersion & { ruleId: string }> {
  const { categories, teams, ...asked } = value.conditions as { categories: string[] | null; teams: string[] | null } & Value;
  const filter = {
    states: asked.states, priorities: asked.priorities, tags: asked.tags, clockStates: asked.clock_states, clockTarget: asked.clock_target, isUnassigned: asked.is_unassigned, isAtRisk: asked.is_at_risk,
    categoryIds: categories && await Promise.all(categories.map((key) => api.idOf('categories', key))), teamIds: teams && await Promise.all(teams.map((key) => api.idOf('teams', key))),
  };
  const { rule, version } = await api.tell<{ rule: { id: string }; version: AutomationVersion }>('saveAutomationRule', {
    ruleId: found?.id ?? null, name: value.name, trigger: value.trigger, since: value.since, afterSeconds: value.after_seconds, conditions: filter, steps: value.steps, baseVersion: found?.version ?? null, idempotencyKey: randomUUID(),
  }, `rule { id } version { ${AUTOMATION} }`);
  return { ...version, ruleId: rule.id };
}

async function foundRule(api: Api, { id, name, isEnabled, activeVersion, newestVersion }: AutomationNode): Promise<Found> {
  const shown = isEnabled && activeVersion ? activeVersion : newestVersion;
  const { categoryIds, teamIds, agentIds, customerId, ...asked } = shown.conditions as { categoryIds?: string[]; teamIds?: string[]; agentIds?: string[]; customerId?: string } & Value;
  const keys = async (kind: string, ids: string[] | undefined) => ids && Promise.all(ids.map(async (one) => await api.keyOf(kind, one) ?? one));
  const namesPerson = Boolean(agentIds || customerId || shown.steps.some(({ verb }) => verb === 'ASSIGN_AGENT'));
  const value = {
    name, is_enabled: isEnabled, trigger: shown.trigger, since: shown.since, after_seconds: shown.afterSeconds, steps: shown.steps,
    conditions: { ...asked, categories: await keys('categories', categoryIds), teams: await keys('teams', teamIds), clock_states: asked.clockStates, clock_target: asked.clockTarget, is_unassigned: asked.isUnassigned, is_at_risk: asked.isAtRisk },
  };
  return { key: name, id, version: newestVersion.number, value: settle(value, automationRules.shape) as Value, isOut: !isEnabled, ...(namesPerson ? { apart: 'it names a person' } : {}) };
}
