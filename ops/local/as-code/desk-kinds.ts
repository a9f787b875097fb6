import { randomUUID } from 'node:crypto';
import type { Found, Kind } from './kind.types.ts';
import { any, flag, list, one, or, record, set, settle, text, type Value } from './shape.ts';

const byKey = (a: Found, b: Found) => (a.key < b.key ? -1 : 1);

interface CategoryNode {
  id: string;
  key: string;
  nameZh: string;
  nameEn: string;
  parent: { key: string } | null;
  fieldsSchema: { properties?: object };
  requiredFields: string[];
  isRetired: boolean;
  version: number;
}

export const categories: Kind = {
  name: 'categories', file: 'categories.yaml', word: 'category', words: 'categories', permissions: { read: 'category:read', write: 'category:write' }, idPrefix: 'cat', fixed: ['parent'],
  shape: record({ key: text, name_zh: text, name_en: text, parent: or(text, null), form: or(any, {}), required_fields: or(set(text), []), is_retired: or(flag, false) }),
  keyOf: ({ key }) => String(key),
  async read(api) {
    const { categories: nodes } = await api.ask<{ categories: CategoryNode[] }>('query ConfigCategories { categories(includeRetired: true) { id key nameZh nameEn parent { key } fieldsSchema requiredFields isRetired version } }');
    return nodes.map(({ id, key, nameZh, nameEn, parent, fieldsSchema, requiredFields, isRetired, version }) => ({
      key, id, version, isOut: isRetired,
      value: settle({ key, name_zh: nameZh, name_en: nameEn, parent: parent?.key, form: fieldsSchema.properties, required_fields: requiredFields, is_retired: isRetired }, categories.shape) as Value,
    }));
  },
  references: ({ parent }) => (parent === null ? [] : [{ path: ['parent'], kind: 'categories', key: parent as string }]),
  async save(api, value, found) {
    const form = value.form as object;
    await api.tell('saveCategory', {
      categoryId: found?.id ?? null, key: found ? null : value.key, nameZh: value.name_zh, nameEn: value.name_en, parentId: !found && value.parent ? await api.idOf('categories', value.parent as string) : null,
      fieldsSchema: Object.keys(form).length > 0 ? { type: 'object', properties: form } : {}, requiredFields: value.required_fields, isRetired: value.is_retired, expectedVersion: found?.version ?? null,
    }, 'category { id }');
  },
  async takeOut(api, { id, version }) {
    await api.tell('saveCategory', { categoryId: id, isRetired: true, expectedVersion: version }, 'category { id }');
  },
  isInOrder: (found, wanted) => sequences(wanted).every(([parent, keys]) => {
    const there = found.filter(({ key, value }) => value.parent === parent && keys.includes(key)).map(({ key }) => key);
    return [...there, ...keys.filter((key) => !there.includes(key))].join() === keys.join();
  }),
  async arrange(api, wanted) {
    for (const [parent, keys] of sequences(wanted)) for (const [place, key] of keys.entries()) {
      api.forget('categories');
      const siblings = (await api.found('categories')).filter(({ value }) => value.parent === parent);
      const there = siblings.filter((one) => keys.includes(one.key));
      if (there.map((one) => one.key).join() === keys.join()) break;
      const { id, version } = siblings.find((one) => one.key === key)!;
      await api.tell('saveCategory', { categoryId: id, position: place + 1, expectedVersion: version }, 'category { id }');
    }
  },
};

/** Keys of the children of each parent, in the order of the file. */
function sequences(wanted: readonly Value[]): [unknown, string[]][] {
  const found = new Map<unknown, string[]>();
  for (const { parent, key } of wanted) found.set(parent, [...(found.get(parent) ?? []), key as string]);
  return [...found];
}

interface Shared {
  id: string;
  sharing: string;
  team: { key: string } | null;
  version: number;
}

const LIVE = ', isRetired: false';
const PRIVATE = 'it is one person\'s own';

/** What is shared with everybody has its title for a key; what is shared with a team is told from others by that team. */
const sharedKey = (title: unknown, team: unknown) => (team ? `${String(title)} (${String(team)})` : String(title));
const teamReference = ({ team }: Value) => (team === null ? [] : [{ path: ['team'], kind: 'teams', key: team as string }]);

export const cannedReplies: Kind = {
  name: 'canned-replies', file: 'canned-replies.yaml', word: 'canned reply', words: 'canned replies', permissions: { read: 'macro:read', write: 'macro:write' },
  shape: record({ title: text, team: or(text, null), shortcut: or(text, null), text }),
  keyOf: ({ title, team }) => sharedKey(title, team),
  async read(api) {
    const nodes = await api.all<Shared & { title: string; shortcut: string | null; text: string }>('cannedReplies', 'id title shortcut text sharing team { key } version', LIVE);
    return nodes.map(({ id, title, shortcut, text: words, sharing, team, version }) => ({
      key: sharedKey(title, team?.key), id, version, ...(sharing === 'ME' ? { apart: PRIVATE } : {}), value: settle({ title, team: team?.key, shortcut, text: words }, cannedReplies.shape) as Value,
    })).sort(byKey);
  },
  references: teamReference,
  async check(_api, { team, shortcut }, _isComing, before) {
    const isTaken = shortcut !== null && before.some((other) => other.shortcut === shortcut && other.team === team);
    return isTaken ? [{ path: ['shortcut'], message: `Another reply for the same people has the shortcut ${String(shortcut)}: give one of them another` }] : [];
  },
  async save(api, { title, team, shortcut, text: words }, found) {
    await api.tell('saveCannedReply', {
      cannedReplyId: found?.id ?? null, title, shortcut: shortcut ?? '', text: words, sharing: team ? 'TEAM' : 'ALL', teamId: team ? await api.idOf('teams', team as string) : null,
      expectedVersion: found?.version ?? null, idempotencyKey: found ? null : randomUUID(),
    }, 'cannedReply { id }');
  },
  async takeOut(api, { id, version, value }) {
    await api.tell('saveCannedReply', { cannedReplyId: id, title: value.title, shortcut: value.shortcut ?? '', text: value.text, sharing: value.team ? 'TEAM' : 'ALL', teamId: value.team ? await api.idOf('teams', value.team as string) : null, isRetired: true, expectedVersion: version }, 'cannedReply { id }');
  },
};

interface Step {
  verb: string;
  value: string | null;
}

/** What the value of a step names, by the key that files know it by; every other value is itself. */
const NAMED: Readonly<Record<string, 'queues' | 'teams'>> = { TRANSFER: 'queues', TICKET_ASSIGN_TEAM: 'teams' };
/** A category is named by its key everywhere. */
const goalOf = (verb: string) => NAMED[verb] ?? (verb === 'TICKET_SET_CATEGORY' ? 'categories' : null);
const isOwner = (verb: string): boolean => verb === 'ASSIGN' || verb === 'TICKET_ASSIGN';

export const macros: Kind = {
  name: 'macros', file: 'macros.yaml', word: 'macro', words: 'macros', permissions: { read: 'macro:read', write: 'macro:write' },
  shape: record({ name: text, team: or(text, null), steps: list(record({ verb: one('MacroVerb'), value: or(text, null) })) }),
  keyOf: ({ name, team }) => sharedKey(name, team),
  async read(api) {
    const nodes = await api.all<Shared & { name: string; steps: Step[] }>('macros', 'id name steps { verb value } sharing team { key } version', LIVE);
    return Promise.all(nodes.map(async ({ id, name, steps, sharing, team, version }): Promise<Found> => {
      const named = await Promise.all(steps.map(async ({ verb, value }) => ({ verb, value: NAMED[verb] && value ? await api.keyOf(NAMED[verb], value) ?? value : value })));
      const apart = sharing === 'ME' ? PRIVATE : steps.some(({ verb, value }) => isOwner(verb) && value) ? 'it names a person' : null;
      return { key: sharedKey(name, team?.key), id, version, ...(apart ? { apart } : {}), value: settle({ name, team: team?.key, steps: named }, macros.shape) as Value };
    })).then((all) => all.sort(byKey));
  },
  references: (value) => [...teamReference(value), ...(value.steps as Step[]).flatMap(({ verb, value: key }, place) => (key && goalOf(verb) ? [{ path: ['steps', place, 'value'], kind: goalOf(verb)!, key }] : []))],
  async check(_api, value) {
    return (value.steps as Step[]).flatMap((step, place) => (isOwner(step.verb) && step.value ? [{ path: ['steps', place, 'value'], message: `A file names no person: without a value ${step.verb} takes whoever runs the macro` }] : []));
  },
  save: (api, value, found) => saveMacro(api, value, found, null),
  takeOut: (api, found) => saveMacro(api, found.value, found, true),
};

async function saveMacro(api: Parameters<Kind['save']>[0], { name, team, steps }: Value, found: Found | null, isRetired: boolean | null): Promise<void> {
  const told = await Promise.all((steps as Step[]).map(async ({ verb, value }) => ({ verb, value: NAMED[verb] && value ? await api.idOf(NAMED[verb], value) : value })));
  await api.tell('saveMacro', {
    macroId: found?.id ?? null, name, steps: told, sharing: team ? 'TEAM' : 'ALL', teamId: team ? await api.idOf('teams', team as string) : null, isRetired, expectedVersion: found?.version ?? null, idempotencyKey: found ? null : randomUUID(),
  }, 'macro { id }');
}
