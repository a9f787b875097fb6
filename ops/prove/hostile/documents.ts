import type { Attack, Family } from './attack.ts';

const many = (count: number, part: (index: number) => string) => Array.from({ length: count }, (_one, index) => part(index)).join(' ');
const inside = (open: string, levels: number, middle: string, close: string) => open.repeat(levels) + middle + close.repeat(levels);
const nestedValue = (levels: number): unknown => (levels === 0 ? 1 : [nestedValue(levels - 1)]);

/** Documents that cost more to understand than to send. Sent by an access token: nobody else may send documents of its own. */
const DOCUMENTS: [name: string, query: string, expected: string, variables?: unknown][] = [
  ['fields 30 deep', `{ conversations(first: 1) { nodes { ${inside('customer { conversations(first: 1) { nodes { ', 10, 'id', ' } } }')} } } }`, 'COST_LIMIT'],
  ['inline fragments 1,600 deep', inside('{ ...', 1_600, '{ viewer { serverTime } }', '}'), 'COST_LIMIT'],
  ['list literals 2,400 deep', `{ conversation(id: ${inside('[', 2_400, '1', ']')}) { id } }`, 'COST_LIMIT'],
  ['list literals that never close', `{ conversation(id: ${'['.repeat(4_900)}`, 'COST_LIMIT'],
  ['object literals 1,200 deep', `{ conversation(id: ${inside('{a:', 1_200, '1', '}')}) { id } }`, 'COST_LIMIT'],
  ['list types 2,400 deep', `query ($a: ${inside('[', 2_400, 'Int', ']')}) { viewer { serverTime } }`, 'COST_LIMIT'],
  ['alias ×1000', `{ ${many(1_000, (index) => `a${index}: viewer { serverTime }`)} }`, 'COST_LIMIT'],
  ['one field ×1500', `{ viewer { ${'serverTime '.repeat(1_500)} } }`, 'COST_LIMIT'],
  ['repeated fields 30 × 33', `{ ${`viewer { ${'serverTime '.repeat(33)}} `.repeat(30)}}`, 'COST_LIMIT'],
  ['repeated inline fragments ×300', `{ ${'... { viewer { ... { serverTime } } } '.repeat(300)}}`, 'COST_LIMIT'],
  ['fragment cycle', '{ viewer { ...A } } fragment A on Viewer { agent { id } ...B } fragment B on Viewer { ...A }', 'BAD_USER_INPUT'],
  ['fragment cycle through fields', '{ ...A } fragment A on Query { conversation(id: "x") { customer { conversations(first: 1) { nodes { ...B } } } } } fragment B on Conversation { customer { conversations(first: 1) { nodes { ...B } } } }', 'BAD_USER_INPUT'],
  ['fragment fan-out 2^25', `{ ...F0 } ${many(25, (index) => `fragment F${index} on Query { ...F${index + 1} x${index}: viewer { serverTime } ...F${index + 1} }`)} fragment F25 on Query { viewer { serverTime } }`, 'COST_LIMIT'],
  ['fragments ×500', `{ viewer { serverTime } } ${many(500, (index) => `fragment F${index} on Query { x${index} }`)}`, 'COST_LIMIT'],
  ['operations ×400', many(400, (index) => `query Q${index} { viewer { serverTime } }`), 'COST_LIMIT'],
  ['variables ×1200', `query (${many(1_200, (index) => `$a${index}: Int`)}) { viewer { serverTime } }`, 'COST_LIMIT'],
  ['directives ×2400', `{ viewer ${'@a '.repeat(2_400)}{ serverTime } }`, 'BAD_USER_INPUT'],
  ['@skip ×600', `{ viewer { serverTime ${'@skip(if: false) '.repeat(600)}} }`, 'BAD_USER_INPUT'],
  ['list of 10^8', '{ conversations(first: 100000000) { nodes { id } } }', 'BAD_USER_INPUT'],
  ['list of 10^8 in a variable', 'query ($n: Int) { conversations(first: $n) { nodes { id } } }', 'BAD_USER_INPUT', { n: 100_000_000 }],
  ['list of -1', '{ conversations(last: -1) { nodes { id } } }', 'BAD_USER_INPUT'],
  ['no page argument', '{ conversations { nodes { id } } }', 'BAD_USER_INPUT'],
  ['both page arguments', '{ conversations(first: 1, last: 1) { nodes { id } } }', 'BAD_USER_INPUT'],
  ['a made-up cursor', '{ conversations(first: 1, after: "eyJpZCI6IicgT1IgMT0xIC0tIn0") { nodes { id } } }', 'BAD_USER_INPUT'],
  ['over 5,000 points', '{ conversations(first: 100) { nodes { messages(last: 100) { nodes { id } } } } }', 'COST_LIMIT'],
  ['5,000 points in variables', 'query ($a: Int, $b: Int) { conversations(first: $a) { nodes { messages(last: $b) { nodes { id } } } } }', 'COST_LIMIT', { a: 100, b: 100 }],
  ['document of 200 KB', `{ viewer { serverTime } } # ${'x'.repeat(200_000)}\n{ viewer { serverTime } }`, 'BAD_USER_INPUT'],
  ['document of 40,000 tokens', `{ ${'viewer '.repeat(30_000)}}`, 'COST_LIMIT'],
  ['name of 200 KB', `{ ${'x'.repeat(200_000)} }`, 'BAD_USER_INPUT'],
  ['variable of 240 KB', 'query ($id: Int!) { conversations(first: $id) { nodes { id } } }', 'BAD_USER_INPUT', { id: 'x'.repeat(240_000) }],
  ['variable 2,000 deep', 'query ($f: ConversationFilter) { conversations(filter: $f, first: 1) { nodes { id } } }', 'BAD_USER_INPUT', { f: { queueIds: nestedValue(2_000) } }],
  ['variable with 60,000 wrong items', 'query ($f: ConversationFilter) { conversations(filter: $f, first: 1) { nodes { id } } }', 'BAD_USER_INPUT', { f: { states: Array.from({ length: 60_000 }, () => 1) } }],
  ['variable that means something to JavaScript', 'query ($f: ConversationFilter) { conversations(filter: $f, first: 1) { nodes { id } } }', 'BAD_USER_INPUT', { f: JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}') }],
  ['half a character', 'query ($id: ID!) { conversation(id: $id) { id } }', 'BAD_USER_INPUT', { id: 'cnv_\ud800' }],
  ['variables that are a list', 'query ($id: ID!) { conversation(id: $id) { id } }', 'BAD_USER_INPUT', [1]],
  ['_entities asked for directly', '{ _entities(representations: [{ __typename: "Customer", id: "x" }]) { __typename } }', 'BAD_USER_INPUT'],
  ['_service { sdl }', '{ _service { sdl } }', 'BAD_USER_INPUT'],
  ['a field of the system alone', '{ identity(token: "x") }', 'BAD_USER_INPUT'],
  ['live event with another subgraph’s field', 'subscription { messageSent(conversationId: "x", afterSeq: 0) { ... on MessageSent { message { conversation { tickets(first: 1) { nodes { id } } } } } } }', 'BAD_USER_INPUT'],
];

const byProgram: Attack[] = DOCUMENTS.map(([name, query, expected, variables]) => ({
  name, expected, door: 'http',
  run: (arena) => arena.graphql(query, variables, arena.program()),
}));

/** What a refusal must not tell: the names we have (field suggestions), how we are built (stacks, SQL, files). */
const LEAK = /Did you mean|node_modules|\.ts\b|\bat \S+ \(|SELECT |INSERT |mysql|\bER_[A-Z]|ECONN|\/work\/|\/home\/|\/tmp\//i;

const LEAKS: [name: string, query: string, variables?: unknown][] = [
  ['a misspelt field', '{ viewr { serverTime } }'],
  ['a misspelt argument', '{ conversation(idd: "x") { id } }'],
  ['a misspelt enum value', '{ conversations(first: 1, filter: { states: [QUEUE] }) { nodes { id } } }'],
  ['a misspelt input field', 'query ($f: ConversationFilter) { conversations(filter: $f, first: 1) { nodes { id } } }', { f: { state: 1 } }],
  ['SQL in an id', `{ conversation(id: "' OR 1=1 --") { id } }`],
  ['SQL in a search', 'query ($t: String!) { customers(first: 1, filter: { company: $t }) { nodes { id } } }', { t: "') UNION SELECT password_hash FROM agents -- " }],
  ['a date that is none', '{ conversations(first: 1, filter: { startedAfter: "9999999999-01-01T00:00:00Z" }) { nodes { id } } }'],
];

const tellingNothing: Attack[] = LEAKS.map(([name, query, variables]) => ({
  name: `${name} tells nothing of us`, expected: 'tells nothing', door: 'http',
  async run(arena) {
    const { text, ms } = await arena.graphql(query, variables, arena.program());
    return { code: LEAK.exec(text)?.[0] ?? (text.includes('"INTERNAL"') ? 'INTERNAL' : 'tells nothing'), ms };
  },
}));

export const documents: Family = { name: 'documents', attacks: [...byProgram, ...tellingNothing] };
