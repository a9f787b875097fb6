// Composes the SDL of this folder and checks every promise that README.md makes about it.
// node schema/check.mjs [--fix] [--write supergraph.graphql]   (--fix rewrites the permission table of README.md, and published.graphql unless something breaks)
import { composeServices, compositionHasErrors, transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, isScalarType, isSpecifiedScalarType, isUnionType, Kind, parse, printSchema, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badDeprecations, unlistedBreaks } from './breaking.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const read = (path) => readFileSync(join(here, path), 'utf8');
const MODULES = {
  conversations: ['agent', 'channel', 'conversation', 'customer', 'macro', 'routing'],
  tickets: ['attachment', 'automation', 'job', 'macro', 'sla', 'ticket'],
  knowledge: ['article'],
  analytics: ['alert', 'audit', 'sla', 'workload'],
};
const SCOPES = ['SELF', 'OBJECT', 'LIST', 'ALL'];
const PAGE_MAX = 100, DEPTH_MAX = 12, COST_MAX = 5_000;
const problems = [], counts = {};
const fail = (rule, where, text = '') => problems.push(`${rule}: ${where}${text && ' ' + text}`);
const count = (what, by = 1) => (counts[what] = (counts[what] ?? 0) + by);
const directive = (node, name) => node.directives?.find((d) => d.name.value === name);
const argument = (node, name) => node?.arguments?.find((a) => a.name.value === name)?.value;
const typeName = (t) => (t.kind === Kind.NAMED_TYPE ? t.name.value : typeName(t.type));
const isNullable = (t) => t.kind !== Kind.NON_NULL_TYPE;
const listItem = (t) => (t.kind === Kind.NON_NULL_TYPE ? listItem(t.type) : t.kind === Kind.LIST_TYPE ? t.type : null);

// Read: shared.graphql stands before the modules of each subgraph.
const sharedNode = parse(read('shared.graphql'));
const sharedTypes = new Set(sharedNode.definitions.map((d) => d.name?.value).filter(Boolean));
const subgraphs = Object.entries(MODULES).map(([name, modules]) => {
  const found = readdirSync(join(here, name)).filter((f) => f.endsWith('.graphql')).map((f) => f.slice(0, -8)).sort();
  if (found.join() !== modules.join()) fail('modules', name, `has ${found}, LAYOUT says ${modules}`);
  const own = found.map((m) => parse(read(`${name}/${m}.graphql`)));
  return { name, own: own.flatMap((d) => d.definitions), document: { kind: Kind.DOCUMENT, definitions: [...sharedNode.definitions, ...own.flatMap((d) => d.definitions)] } };
});

// Compose.
const composed = composeServices(subgraphs.map((s) => ({ name: s.name, url: `http://${s.name}/graphql`, typeDefs: s.document })));
if (compositionHasErrors(composed)) {
  for (const e of composed.errors) console.error(`composition: ${e.message}`);
  process.exit(1);
}
const writeTo = process.argv[process.argv.indexOf('--write') + 1];
if (process.argv.includes('--write')) writeFileSync(writeTo, composed.supergraphSdl);
const api = buildASTSchema(transformSupergraphToPublicSchema(parse(composed.supergraphSdl)));
const types = Object.values(api.getTypeMap()).filter((t) => !t.name.startsWith('__') && !isSpecifiedScalarType(t));
const roots = [api.getQueryType(), api.getMutationType(), api.getSubscriptionType()];

// Descriptions on everything the public sees.
for (const type of types) {
  count(isObjectType(type) ? 'objects' : isInputObjectType(type) ? 'inputs' : isEnumType(type) ? 'enums' : isInterfaceType(type) ? 'interfaces' : isScalarType(type) ? 'scalars' : 'unions');
  if (!type.description && !roots.includes(type)) fail('description', type.name);
  if (isEnumType(type)) for (const v of type.getValues()) if (!v.description) fail('description', `${type.name}.${v.name}`);
  if (!type.getFields) continue;
  for (const field of Object.values(type.getFields())) {
    count('fields');
    if (!field.description) fail('description', `${type.name}.${field.name}`);
    for (const arg of field.args ?? []) if (!arg.description) fail('description', `${type.name}.${field.name}(${arg.name})`);
  }
}

// What was published must go on working, or be listed with a reason.
const publishedPath = join(here, 'published.graphql');
const published = existsSync(publishedPath) ? readFileSync(publishedPath, 'utf8') : '', freshlyPublished = `${printSchema(api)}\n`;
const breaks = published ? unlistedBreaks(buildASTSchema(parse(published)), api, JSON.parse(read('breaking.json'))) : [];
for (const change of breaks) fail('breaking', change, 'List it in schema/breaking.json with the day and the reason.');
for (const fault of badDeprecations(api)) fail('deprecation', fault);
if (published !== freshlyPublished && breaks.length === 0) process.argv.includes('--fix') ? writeFileSync(publishedPath, freshlyPublished) : fail('published', 'published.graphql', 'is stale: run npm run generate');

// Who owns which type: the one subgraph that describes it.
const objectKinds = [Kind.OBJECT_TYPE_DEFINITION, Kind.INTERFACE_TYPE_DEFINITION];
const owner = new Map(), places = new Map();
for (const s of subgraphs) for (const d of s.own) {
  if (!d.name || d.kind === Kind.OBJECT_TYPE_EXTENSION) continue;
  const at = places.get(d.name.value) ?? places.set(d.name.value, []).get(d.name.value);
  at.push({ s, d });
  if (d.description) owner.has(d.name.value) ? fail('owner', d.name.value, `described in ${owner.get(d.name.value)} and ${s.name}`) : owner.set(d.name.value, s.name);
  if (sharedTypes.has(d.name.value)) fail('owner', d.name.value, `is in shared.graphql and in ${s.name}`);
}
for (const [name, at] of places) {
  if (!owner.has(name)) fail('owner', name, 'is described nowhere');
  for (const { s, d } of at) if (s.name !== owner.get(name)) {
    if (!directive(d, 'key')) fail('owner', name, `stands again in ${s.name} without @key`);
    for (const f of d.fields ?? []) if (f.name.value !== 'id') {
      count('cross-subgraph fields');
      if (!isNullable(f.type)) fail('nullable', `${name}.${f.name.value}`, `comes from ${s.name} and must be nullable`);
    }
  }
}
for (const s of subgraphs) for (const d of [...s.own, ...sharedNode.definitions]) for (const f of (objectKinds.includes(d.kind) || d.kind === Kind.OBJECT_TYPE_EXTENSION) ? d.fields ?? [] : []) {
  const target = typeName(f.type);
  if (!owner.has(target) || owner.get(target) === s.name || !places.get(target).some((p) => directive(p.d, 'key'))) continue;
  const item = listItem(f.type);
  if (!isNullable(f.type) || (item && !isNullable(item))) fail('nullable', `${d.name.value}.${f.name.value}`, `points to ${target} of ${owner.get(target)} and must be nullable, items too`);
}
for (const s of subgraphs) for (const d of s.own) if (d.kind === Kind.OBJECT_TYPE_DEFINITION && d.interfaces?.some((i) => i.name.value === 'Node') && owner.get(d.name.value) === s.name && s.name !== 'conversations')
  if (!places.get(d.name.value).some((p) => p.s.name === 'conversations')) fail('node', d.name.value, 'is not pointed to by conversations, so node(id) cannot find it');
for (const type of types) {
  if (isUnionType(type) && new Set(type.getTypes().map((t) => owner.get(t.name))).size > 1) fail('union', type.name, 'crosses subgraphs');
  if (isInterfaceType(type) && type.name !== 'Node' && new Set(api.getPossibleTypes(type).map((t) => owner.get(t.name))).size > 1) fail('union', type.name, 'is implemented in several subgraphs');
}

// Permissions: closed by default.
const catalogue = JSON.parse(read('permissions.json'));
const known = new Set(catalogue.permissions.map((p) => p.name)), used = new Set();
const allText = ['shared.graphql', ...subgraphs.flatMap((s) => MODULES[s.name].map((m) => `${s.name}/${m}.graphql`))].map(read).join('\n');
for (const s of subgraphs) for (const d of [...s.own, ...sharedNode.definitions]) for (const f of d.fields ?? []) {
  const where = `${d.name.value}.${f.name.value}`, allow = directive(f, 'allow'), open = directive(f, 'public');
  const isRoot = d.kind === Kind.OBJECT_TYPE_EXTENSION && ['Query', 'Mutation', 'Subscription'].includes(d.name.value);
  if (isRoot && !allow === !open) fail('allow', where, 'needs exactly one of @allow and @public');
  if (isRoot) count(d.name.value === 'Query' ? 'queries' : d.name.value === 'Mutation' ? 'mutations' : 'subscriptions');
  if (isRoot && open) count('public root fields');
  const mask = argument(directive(f, 'masked'), 'field')?.value;
  if (mask && !catalogue.masks.includes(mask)) fail('masked', where, `${mask} is not a mask of permissions.json`);
  if (mask) count('masked fields');
  if (!allow) continue;
  const permission = argument(allow, 'permission').value;
  used.add(permission);
  if (!known.has(permission)) fail('allow', where, `${permission} is not in permissions.json`);
  if (!SCOPES.includes(argument(allow, 'scope').value)) fail('allow', where, 'has an unknown scope');
  if (!isRoot && !isNullable(f.type) && !listItem(f.type)) fail('allow', where, 'is narrowed by @allow and must be nullable or a list');
}
for (const p of known) if (!used.has(p) && !allText.includes(`\`${p}\``)) fail('allow', p, 'is in permissions.json but nothing uses it');

// One operation may ask several subgraphs: the root of one that is away must not take the others with it.
for (const field of Object.values(api.getQueryType().getFields())) if (isNonNullType(field.type)) fail('nullable', `Query.${field.name}`, 'must be nullable');

// Lists, payloads, streams.
for (const s of subgraphs) for (const d of [...s.own, ...sharedNode.definitions]) for (const f of objectKinds.includes(d.kind) || d.kind === Kind.OBJECT_TYPE_EXTENSION ? d.fields ?? [] : []) {
  const where = `${d.name.value}.${f.name.value}`, target = typeName(f.type), size = directive(f, 'listSize');
  const args = (f.arguments ?? []).map((a) => a.name.value);
  if (target.endsWith('Connection')) {
    if (!argument(size, 'slicingArguments') || !['first', 'after', 'last', 'before'].every((a) => args.includes(a))) fail('list', where, 'is a connection without first, after, last, before and @listSize');
  } else if (listItem(f.type) && !size && !d.name.value.endsWith('Connection')) {
    const t = api.getType(target);
    if (t && !isScalarType(t) && !isEnumType(t)) fail('list', where, 'is a list of objects without a page or @listSize');
  }
}
for (const field of Object.values(api.getMutationType().getFields())) {
  const pascal = field.name[0].toUpperCase() + field.name.slice(1), payload = getNamedType(field.type).name, input = field.args[0] && getNamedType(field.args[0].type);
  if (payload !== `${pascal}Payload` || !isNonNullType(field.type)) fail('mutation', field.name, `must return ${pascal}Payload!`);
  if (field.args.length > 1 || (input && (field.args[0].name !== 'input' || input.name !== `${pascal}Input`))) fail('mutation', field.name, `takes one input: ${pascal}Input!`);
  const out = getNamedType(field.type).getFields();
  if (String(out.userErrors?.type) !== '[UserError!]!') fail('mutation', field.name, 'has no userErrors');
  for (const f of Object.values(out)) if (f.name !== 'userErrors' && isNonNullType(f.type)) fail('mutation', `${payload}.${f.name}`, 'must be nullable');
  const fields = input ? Object.keys(input.getFields()) : [];
  if (/^(create|issue|import|bulk|dryRun|train|merge|split|broadcast|escalate|erase|run|start(?!Visit))/.test(field.name) && !fields.some((n) => n === 'idempotencyKey' || /^client\w+Id$/.test(n))) fail('idempotency', field.name, 'has no idempotencyKey');
  if (fields.includes('lastSeenSeq') && !(fields.includes('confirm') && out.conflict)) fail('reply guard', field.name, 'needs confirm and a conflict in the payload');
}
for (const field of Object.values(api.getSubscriptionType().getFields())) {
  const type = getNamedType(field.type), lossy = field.astNode?.directives?.some((d) => d.name.value === 'lossy') ?? false;
  if (lossy) { count('lossy subscriptions'); if (!type.getFields().at) fail('stream', field.name, 'has no `at`'); continue; }
  if (!field.args.some((a) => a.name.startsWith('after'))) fail('stream', field.name, 'cannot be resumed: no after… argument and not @lossy');
  if (!isInterfaceType(type) || String(type.getFields().seq?.type) !== 'Int!') { fail('stream', field.name, 'must return an interface with seq: Int!'); continue; }
  if (!api.getPossibleTypes(type).some((t) => t.name.endsWith('Heartbeat'))) fail('stream', field.name, 'has no heartbeat event');
}

// Members of one event interface must be selectable side by side: same field name, same type.
for (const type of types) if (isInterfaceType(type) && type.name !== 'Node') {
  const seen = new Map();
  for (const member of api.getPossibleTypes(type)) for (const f of Object.values(member.getFields())) {
    if (seen.has(f.name) && seen.get(f.name) !== String(f.type)) fail('stream', `${member.name}.${f.name}`, `is ${f.type} here and ${seen.get(f.name)} in another event of ${type.name}`);
    seen.set(f.name, String(f.type));
  }
}

// Words of the glossary.
const glossary = JSON.parse(read('glossary.json')), mutations = api.getMutationType().getFields();
for (const [name, values] of Object.entries(glossary.states)) {
  const have = api.getType(name)?.getValues().map((v) => v.name).join(), want = Object.keys(values).join();
  if (have !== undefined && have !== want) fail('glossary', name, `has ${have}, glossary says ${want}`);
}
for (const v of glossary.verbs) if (v.by !== 'system' && !v.isPlanned !== Boolean(mutations[v.word])) fail('glossary', v.word, v.isPlanned ? 'is a mutation now: drop isPlanned' : 'is a verb of the glossary but no mutation');
for (const name of Object.keys(mutations)) if (!glossary.verbs.some((v) => v.word === name)) fail('glossary', name, 'is a mutation but no verb of the glossary');
const never = new Set(glossary.never);
for (const type of types) for (const name of [type.name, ...(type.getFields ? Object.keys(type.getFields()) : [])])
  for (const word of name.split(/(?=[A-Z])/).map((w) => w.toLowerCase())) if (never.has(word) && !/^(issueToken|Issue)/.test(name)) fail('glossary', `${type.name}${name === type.name ? '' : '.' + name}`, `says "${word}"`);
for (const type of types) for (const f of isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : []) {
  const t = String(f.type).replace(/!$/, '');
  if (t === 'Boolean' && !/^(is|has|was|confirm|include|only)([A-Z]|$)/.test(f.name)) fail('spelling', `${type.name}.${f.name}`, 'is a Boolean and must begin with is or has');
  if (t === 'DateTime' && !/(At|Time|Since|since|Until|until|from|to|at|before|after|After|Before)$/.test(f.name) && !/^(due)(Before|After)$/.test(f.name)) fail('spelling', `${type.name}.${f.name}`, 'is an instant and must end with At, Since or Until');
}

// Operations: one in a file, valid, bounded, live payloads within one subgraph.
const fieldOwners = new Map();
for (const s of subgraphs) for (const d of [...s.own, ...sharedNode.definitions]) if (d.fields) for (const f of d.fields) {
  (fieldOwners.get(`${d.name.value}.${f.name.value}`) ?? fieldOwners.set(`${d.name.value}.${f.name.value}`, new Set()).get(`${d.name.value}.${f.name.value}`)).add(s.name);
}
const costs = [];
for (const file of existsSync(join(here, 'operations')) ? readdirSync(join(here, 'operations')).filter((f) => f.endsWith('.graphql')).sort() : []) {
  const document = parse(read(`operations/${file}`)), operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const op = operations[0], pascal = file.slice(0, -8).split('-').map((w) => w[0].toUpperCase() + w.slice(1)).join('');
  count('operations');
  if (!/^# /.test(read(`operations/${file}`))) fail('operation', file, 'does not say who sends it and when');
  if (operations.length !== 1 || op.name?.value !== pascal) fail('operation', file, `must hold one operation named ${pascal}`);
  for (const e of validate(api, document)) fail('operation', file, e.message);
  const info = new TypeInfo(api), fragments = new Map(document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));
  const home = op.operation === 'subscription' && fieldOwners.get(`Subscription.${op.selectionSet.selections[0].name.value}`);
  visit(document, visitWithTypeInfo(info, { Field(node) {
    const parent = info.getParentType(), def = info.getFieldDef();
    if (!parent || !def) return;
    if (getNamedType(def.type).name.endsWith('Connection')) {
      const given = node.arguments.filter((a) => ['first', 'last'].includes(a.name.value));
      if (given.length !== 1) fail('operation', file, `${parent.name}.${def.name} needs exactly one of first and last`);
      if (given[0]?.value.kind === Kind.INT && +given[0].value.value > PAGE_MAX) fail('operation', file, `${def.name} asks for more than ${PAGE_MAX}`);
    }
    if (home && !node.name.value.startsWith('__') && ![...home].some((h) => fieldOwners.get(`${parent.name}.${def.name}`)?.has(h))) fail('operation', file, `${parent.name}.${def.name} belongs to another subgraph and cannot stand in a live event`);
  } }));
  const measure = (set, parent) => set.selections.reduce((sum, sel) => {
    if (sel.kind === Kind.INLINE_FRAGMENT || sel.kind === Kind.FRAGMENT_SPREAD) {
      const frag = sel.kind === Kind.FRAGMENT_SPREAD ? fragments.get(sel.name.value) : sel;
      const m = measure(frag.selectionSet, frag.typeCondition ? api.getType(frag.typeCondition.name.value) : parent);
      return { cost: sum.cost + m.cost, depth: Math.max(sum.depth, m.depth) };
    }
    const def = parent.getFields?.()[sel.name.value];
    if (!def || !sel.selectionSet) return { ...sum, depth: Math.max(sum.depth, 1) };
    const inner = measure(sel.selectionSet, getNamedType(def.type));
    const slice = sel.arguments.find((a) => ['first', 'last'].includes(a.name.value))?.value;
    const assumed = +(def.astNode?.directives?.find((d) => d.name.value === 'listSize')?.arguments.find((a) => a.name.value === 'assumedSize')?.value.value ?? 1);
    const n = getNamedType(def.type).name.endsWith('Connection') ? (slice?.kind === Kind.INT ? +slice.value : PAGE_MAX) : isListType(def.type.ofType ?? def.type) || isListType(def.type) ? (/^(edges|nodes)$/.test(def.name) ? 1 : assumed) : 1;
    return { cost: sum.cost + n * (1 + inner.cost), depth: Math.max(sum.depth, 1 + inner.depth) };
  }, { cost: 0, depth: 0 });
  const m = measure(op.selectionSet, api.getRootType(op.operation));
  costs.push([m.cost, file]);
  if (m.depth > DEPTH_MAX) fail('operation', file, `is ${m.depth} deep, at most ${DEPTH_MAX}`);
  if (m.cost > COST_MAX) fail('operation', file, `costs ${m.cost}, at most ${COST_MAX}`);
  const text = read(`operations/${file}`);
  if (op.operation === 'mutation' && !/userErrors\s*\{/.test(text)) fail('operation', file, 'does not ask for userErrors');
  if (home && api.getSubscriptionType().getFields()[op.selectionSet.selections[0].name.value].args.some((a) => a.name.startsWith('after')) && !/\bseq\b/.test(text)) fail('operation', file, 'does not ask for seq');
}

// The permission table of README.md is written from permissions.json.
const rows = new Map();
for (const p of catalogue.permissions) {
  const key = catalogue.roles.map((r) => p.defaults[r] ?? '').join('|');
  rows.has(key) ? rows.get(key).push(p) : rows.set(key, [p]);
}
const table = [`| permission | ${catalogue.roles.join(' | ')} |`, `|---|${catalogue.roles.map(() => '---').join('|')}|`, ...[...rows].map(([key, list]) => `| ${list.map((p) => p.name + (p.isAudited ? '\\*' : '')).join(', ')} | ${key.split('|').join(' | ')} |`)].join('\n');
const readmePath = join(here, 'README.md');
if (existsSync(readmePath)) {
  const readme = readFileSync(readmePath, 'utf8'), fresh = readme.replace(/(<!-- permissions -->\n)[\s\S]*?(\n<!-- end -->)/, (_, a, b) => a + table + b);
  if (fresh !== readme) process.argv.includes('--fix') ? writeFileSync(readmePath, fresh) : fail('readme', 'permission table', 'is stale: run with --fix');
  const codes = api.getType('UserErrorCode').getValues().map((v) => v.name);
  for (const c of codes) if (!fresh.includes(c)) fail('readme', c, 'is not listed');
  if (fresh.trimEnd().split('\n').length > 120) fail('readme', 'README.md', `has ${fresh.trimEnd().split('\n').length} lines, at most 120`);
}

costs.sort((a, b) => b[0] - a[0]);
console.log(Object.entries({ ...counts, permissions: known.size, 'dearest operation': costs[0] ? `${costs[0][1]} (${costs[0][0]})` : 'none' }).map(([k, v]) => `${k}: ${v}`).join('\n'));
for (const p of problems) console.error(p);
console.log(`schema check: ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
