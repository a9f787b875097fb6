import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './files.ts';

const SOUND: Record<string, string> = {
  'schema/index.ts': 'export const schema = 1;',
  'subgraphs/kit/src/db/index.ts': "import { columns } from './columns.ts'; export const db = columns;",
  'subgraphs/kit/src/db/columns.ts': 'export const columns = 1;',
  'subgraphs/kit/src/time/index.ts': 'export const time = 1;',
  'subgraphs/tickets/src/ticket/index.ts': "export { createTickets } from './create-tickets.ts';",
  'subgraphs/tickets/src/ticket/create-tickets.ts': "import { schema } from '../../../../schema/index.ts'; import { insert } from './ticket.store.ts'; export const createTickets = [schema, insert];",
  'subgraphs/tickets/src/ticket/ticket.store.ts': "import { sql } from 'drizzle-orm'; import { tickets } from './ticket.tables.ts'; export const insert = [sql, tickets];",
  'subgraphs/tickets/src/ticket/ticket.tables.ts': "import { mysqlTable } from 'drizzle-orm/mysql-core'; export const tickets = mysqlTable;",
  'subgraphs/tickets/src/ticket/ticket.rules.ts': "import { time } from '../../../kit/src/time/index.ts'; export const rule = time;",
  'subgraphs/tickets/src/ticket/ticket.resolvers.ts': "import { createTickets } from './create-tickets.ts'; export const resolvers = createTickets;",
  'subgraphs/tickets/src/attachment/index.ts': "export { store } from './store-attachment.ts';",
  'subgraphs/tickets/src/attachment/store-attachment.ts': "import { createTickets } from '../ticket/index.ts'; export const store = createTickets;",
  'subgraphs/knowledge/src/article/index.ts': 'export const article = 1;',
  'gateway/src/gateway.ts': "import { schema } from '../../schema/index.ts'; export const gateway = schema;",
  'web/console/features/inbox/list.ts': 'export const list = 1;',
  'web/console/features/ticket/list.ts': "import { schema } from '../../../../schema/index.ts'; export const list = schema;",
  'ops/local/api.ts': "import { gateway } from '../../gateway/src/gateway.ts'; export const api = gateway;",
};

/** One planted fault for each rule: the file that holds it and what it wrongly imports. */
const FAULTS: [rule: string, file: string, from: string][] = [
  ['no-cycles', 'subgraphs/kit/src/db/columns.ts', './index.ts'],
  ['schema-imports-nothing-of-ours', 'schema/bad.ts', '../subgraphs/kit/src/db/index.ts'],
  ['kit-knows-no-subgraph', 'subgraphs/kit/src/time/bad.ts', '../../../tickets/src/ticket/index.ts'],
  ['subgraphs-meet-only-through-schema', 'subgraphs/tickets/src/ticket/bad.ts', '../../../knowledge/src/article/index.ts'],
  ['modules-enter-by-the-front-door', 'subgraphs/tickets/src/attachment/bad.ts', '../ticket/create-tickets.ts'],
  ['tables-are-private-to-their-store', 'subgraphs/tickets/src/ticket/escalate-ticket.ts', './ticket.tables.ts'],
  ['only-stores-speak-sql', 'subgraphs/tickets/src/ticket/solve-ticket.ts', 'drizzle-orm'],
  ['adapters-call-verbs-not-stores', 'subgraphs/tickets/src/ticket/ticket.jobs.ts', './ticket.store.ts'],
  ['rules-are-pure', 'subgraphs/tickets/src/ticket/due.rules.ts', 'node:fs'],
  ['web-sees-only-schema', 'web/console/bad.ts', '../../subgraphs/kit/src/time/index.ts'],
  ['features-do-not-import-features', 'web/console/features/ticket/bad.ts', '../inbox/list.ts'],
  ['gateway-owns-no-data', 'gateway/src/bad.ts', '../../subgraphs/kit/src/db/index.ts'],
];

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function plant(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'careline-architecture-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function judge(files: Record<string, string>): { rule: string; file: string }[] {
  const args = [join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--config', join(ROOT, 'ops/checks/architecture.cjs'), '--output-type', 'json', 'schema', 'subgraphs', 'gateway', 'web', 'ops'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: plant(files), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return summary.violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));
}

describe('the architecture rules', () => {
  it('let a sound tree pass', () => {
    expect(judge(SOUND)).toEqual([]);
  });

  it('each find the fault planted for it', () => {
    const planted = FAULTS.map(([, file, from]) => [file, `${SOUND[file] ?? ''} import * as fault from '${from}'; export const use = fault;`]);
    const found = judge({ ...SOUND, ...Object.fromEntries(planted) });
    for (const [rule, file] of FAULTS) expect.soft(found.filter((one) => one.rule === rule).map((one) => one.file), rule).toContain(file);
  });
});
