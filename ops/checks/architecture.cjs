// Who may import whom (subgraphs/README.md draws it). One rule a sentence; the name is the sentence.
const SUBGRAPH = 'conversations|tickets|knowledge|analytics';
const TEST = '(\\.test\\.tsx?$|\\.fixtures?\\.ts$|/testing/)';
// A module's own files may use each other freely; `$2` is the module's folder in the rules below.
const IN_MODULE = `^subgraphs/(${SUBGRAPH})/src/([^/]+)/`;
const TYPES_ONLY = { dependencyTypesNot: ['type-only'] };

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or hide a third. Types may look back.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'schema-imports-nothing-of-ours',
      severity: 'error',
      comment: 'The contracts know no behaviour.',
      from: { path: '^schema/', pathNot: TEST },
      to: { path: '^(subgraphs|gateway|web|ops)/' },
    },
    {
      name: 'kit-knows-no-subgraph',
      severity: 'error',
      comment: 'Plumbing takes no product decisions.',
      from: { path: '^subgraphs/kit/' },
      to: { path: `^(subgraphs/(${SUBGRAPH})|gateway|web|ops)/` },
    },
    {
      name: 'subgraphs-meet-only-through-schema',
      severity: 'error',
      comment: 'By events and federation; each can be moved to a machine of its own.',
      from: { path: `^subgraphs/(${SUBGRAPH})/` },
      to: { path: '^(subgraphs|gateway|web|ops)/', pathNot: ['^subgraphs/$1/', '^subgraphs/kit/'] },
    },
    {
      name: 'modules-enter-by-the-front-door',
      severity: 'error',
      comment: 'Another module of the same subgraph is reached through its index.ts alone.',
      from: { path: IN_MODULE, pathNot: TEST },
      to: { path: '^subgraphs/$1/src/[^/]+/', pathNot: ['^subgraphs/$1/src/$2/', '^subgraphs/$1/src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'tables-are-private-to-their-store',
      severity: 'error',
      comment: 'A table has one place that reads and writes it.',
      from: { path: `^subgraphs/(${SUBGRAPH})/`, pathNot: [TEST, '\\.(store|tables)\\.ts$'] },
      to: { path: '\\.tables\\.ts$', ...TYPES_ONLY },
    },
    {
      name: 'only-stores-speak-sql',
      severity: 'error',
      comment: 'drizzle and mysql2 stay in *.store.ts, *.tables.ts and kit/db.',
      from: { path: '^(subgraphs|gateway)/', pathNot: [TEST, '\\.(store|tables)\\.ts$', '^subgraphs/kit/src/'] },
      to: { path: '(^|/)node_modules/(drizzle-orm|mysql2)/', ...TYPES_ONLY },
    },
    {
      name: 'adapters-call-verbs-not-stores',
      severity: 'error',
      comment: 'Resolvers, REST, event handlers and jobs translate; they decide and store nothing.',
      from: { path: '\\.(resolvers|rest|events|jobs)\\.ts$', pathNot: TEST },
      to: { path: '\\.store\\.ts$', ...TYPES_ONLY },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      comment: 'Decisions and arithmetic: no I/O, no clock, nothing but other rules, contracts, errors and time.',
      from: { path: '\\.rules\\.ts$' },
      to: {
        pathNot: ['\\.rules\\.ts$', '^schema/', '^subgraphs/kit/src/(time|errors|auth)/', `^subgraphs/(${SUBGRAPH})/src/[^/]+/[^/]+\\.types\\.ts$`],
        ...TYPES_ONLY,
      },
    },
    {
      name: 'web-sees-only-schema',
      severity: 'error',
      comment: 'The console is one more outside client.',
      from: { path: '^web/' },
      to: { path: '^(subgraphs|gateway|ops)/' },
    },
    {
      name: 'features-do-not-import-features',
      severity: 'error',
      comment: 'What two features share lives in web/shared.',
      from: { path: '^web/(console|widget)/features/([^/]+)/' },
      to: { path: '^web/(console|widget)/features/[^/]+/', pathNot: '^web/$1/features/$2/' },
    },
    {
      name: 'gateway-owns-no-data',
      severity: 'error',
      comment: 'The one door keeps nothing that a subgraph could own.',
      from: { path: '^gateway/', pathNot: TEST },
      to: { path: ['^subgraphs/kit/src/(db|events|jobs|audit)/', `^subgraphs/(${SUBGRAPH})/`, '^(web|ops)/', '(^|/)node_modules/(drizzle-orm|mysql2)/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|gql|generated|\\.data|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.mjs', '.js', '.vue', '.json'] },
  },
};
