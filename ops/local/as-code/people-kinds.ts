import type { Api } from './api.ts';
import type { Found, Kind } from './kind.types.ts';
import { Refused } from './refused.ts';
import { isSame, list, number, one, or, pairs, record, set, settle, text, type Value } from './shape.ts';

const key = (value: Value) => String(value.key);
const byKey = (a: Found, b: Found) => (a.key < b.key ? -1 : 1);

export const skill = record({ name: text, level: number });

export const teams: Kind = {
  name: 'teams', file: 'teams.yaml', word: 'team', words: 'teams', permissions: { read: 'agent:read', write: 'agent:write' }, idPrefix: 'tem',
  shape: record({ key: text, name: text, capacity: or(number, null) }),
  keyOf: key,
  async read(api) {
    const nodes = await api.all<Value & { id: string; key: string }>('teams', 'id key name capacity');
    return nodes.map((node) => ({ key: node.key, id: node.id, version: null, value: settle(node, teams.shape) as Value })).sort(byKey);
  },
  references: () => [],
  async save(api, value, found) {
    // Teams have no version: what can be told is that somebody changed it since the difference was shown.
    if (found) {
      const now = (await teams.read(api)).find(({ id }) => id === found.id);
      if (!isSame(now?.value, found.value)) throw new Refused({ code: 'STALE_VERSION', field: null, message: 'The team has changed' });
    }
    await api.tell('saveTeam', { teamId: found?.id ?? null, key: found ? null : value.key, name: value.name, capacity: value.capacity }, 'team { id }');
  },
};

interface RoleNode {
  id: string;
  name: string;
  isBuiltIn: boolean;
  grants: { permission: string; scope: string }[];
  clearMasks: string[];
  version: number;
}

export const roles: Kind = {
  name: 'roles', file: 'roles.yaml', word: 'role', words: 'roles', permissions: { read: 'role:read', write: 'role:write' },
  shape: record({ name: text, grants: or(pairs(one('GrantScope')), {}), clear_masks: or(set(text), []) }),
  keyOf: ({ name }) => String(name),
  async read(api) {
    const nodes = await api.all<RoleNode>('roles', 'id name isBuiltIn grants { permission scope } clearMasks version');
    return nodes.map(({ id, name, isBuiltIn, grants, clearMasks, version }) => ({
      key: name, id, version, ...(isBuiltIn ? { apart: 'built-in roles are the same everywhere and cannot be changed' } : {}),
      value: settle({ name, grants: Object.fromEntries(grants.map(({ permission, scope }) => [permission, scope])), clear_masks: clearMasks }, roles.shape) as Value,
    })).sort(byKey);
  },
  references: () => [],
  async save(api, { name, grants, clear_masks: clearMasks }, found) {
    const input = { roleId: found?.id ?? null, name, grants: Object.entries(grants as Value).map(([permission, scope]) => ({ permission, scope })), clearMasks, expectedVersion: found?.version ?? null };
    await api.tell('saveRole', input, 'role { id }');
  },
};

const interval = record({ weekday: number, from: text, to: text });

export const businessHours: Kind = {
  name: 'business-hours', file: 'business-hours.yaml', word: 'business hours', words: 'business hours', permissions: { read: 'sla:read', write: 'sla:write' }, idPrefix: 'bhr',
  shape: record({
    key: text, name: text, time_zone: text, intervals: or(list(interval), []),
    special_days: or(list(record({ date: text, name: or(text, ''), kind: one('SpecialDayKind'), intervals: or(list(interval), []) })), []),
  }),
  keyOf: key,
  async read(api) {
    const times = 'intervals { weekday from to }';
    const nodes = await api.all<Value & { id: string; key: string; version: number }>('businessHours', `id key name timeZone ${times} specialDays { date name kind ${times} } version`);
    return nodes.map((node) => ({ key: node.key, id: node.id, version: node.version, value: settle({ ...node, time_zone: node.timeZone, special_days: node.specialDays }, businessHours.shape) as Value })).sort(byKey);
  },
  references: () => [],
  async save(api, { key: newKey, name, time_zone: timeZone, intervals, special_days: specialDays }, found) {
    const input = { businessHoursId: found?.id ?? null, key: found ? null : newKey, name, timeZone, intervals, specialDays, scope: 'NEW_ONLY', expectedVersion: found?.version ?? null };
    await api.tell('saveBusinessHours', input, 'businessHours { id }');
  },
};

interface QueueNode {
  id: string;
  key: string;
  name: string;
  teams: { key: string }[];
  strategy: string[];
  skills: object[];
  skillSeconds: number | null;
  acceptSeconds: number;
  overflowQueue: { key: string } | null;
  overflowSeconds: number | null;
  businessHoursId: string | null;
  closedAction: string;
  closedWords: object | null;
  version: number;
}

export const queues: Kind = {
  name: 'queues', file: 'queues.yaml', word: 'queue', words: 'queues', permissions: { read: 'queue:read', write: 'queue:write' }, idPrefix: 'que',
  shape: record({
    key: text, name: text, teams: or(list(text), []), strategy: or(list(one('RoutingStrategy')), ['LEAST_LOAD', 'LONGEST_IDLE']),
    skills: or(list(skill), []), skill_seconds: or(number, null), accept_seconds: or(number, 15),
    overflow_queue: or(text, null), overflow_seconds: or(number, null), business_hours: or(text, null),
    closed_action: or(one('QueueClosedAction'), 'WAIT'), closed_words: or(record({ zh: text, en: text }), null),
  }),
  keyOf: key,
  async read(api) {
    const nodes = await api.all<QueueNode>('queues', 'id key name teams { key } strategy skills { name level } skillSeconds acceptSeconds overflowQueue { key } overflowSeconds businessHoursId closedAction closedWords { zh en } version');
    return Promise.all(nodes.map((node) => foundQueue(api, node))).then((all) => all.sort(byKey));
  },
  references: ({ teams: served, overflow_queue: overflow, business_hours: hours }) => [
    ...(served as string[]).map((team, place) => ({ path: ['teams', place], kind: 'teams', key: team })),
    ...(overflow === null ? [] : [{ path: ['overflow_queue'], kind: 'queues', key: overflow as string }]),
    ...(hours === null ? [] : [{ path: ['business_hours'], kind: 'business-hours', key: hours as string }]),
  ],
  async save(api, value, found) {
    const { overflow_queue: overflow, business_hours: hours } = value as Record<string, string | null>;
    // What is null stays as it is, so what is not wanted is said to be empty.
    await api.tell('saveQueue', {
      queueId: found?.id ?? null, key: found ? null : value.key, name: value.name, strategy: value.strategy, skills: value.skills, skillSeconds: value.skill_seconds,
      teamIds: await Promise.all((value.teams as string[]).map((team) => api.idOf('teams', team))), acceptSeconds: value.accept_seconds,
      overflowQueueId: overflow ? await api.idOf('queues', overflow) : '', overflowSeconds: value.overflow_seconds ?? 0,
      businessHoursId: hours ? await api.idOf('business-hours', hours) : '', closedAction: value.closed_action,
      closedWords: value.closed_words ?? { zh: '', en: '' }, expectedVersion: found?.version ?? null,
    }, 'queue { id }');
  },
};

async function foundQueue(api: Api, node: QueueNode): Promise<Found> {
  const { id, version, skillSeconds, acceptSeconds, overflowQueue, overflowSeconds, businessHoursId, closedAction, closedWords } = node;
  const value = {
    ...node, teams: node.teams.map((team) => team.key), skill_seconds: skillSeconds, accept_seconds: acceptSeconds, overflow_queue: overflowQueue?.key ?? null, overflow_seconds: overflowSeconds,
    business_hours: businessHoursId && await api.keyOf('business-hours', businessHoursId), closed_action: closedAction, closed_words: closedWords,
  };
  return { key: node.key, id, version, value: settle(value, queues.shape) as Value };
}
