import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idToBinary, migrate, newId } from '@careline/kit/db';
import { createTestDatabase } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
const LAST = '0027_views_changed.sql';

let db: Awaited<ReturnType<typeof createTestDatabase>>;
const folder = mkdtempSync(join(tmpdir(), 'careline-views-'));
const bring = (wanted: (file: string) => boolean) => readdirSync(MIGRATIONS).filter(wanted).forEach((file) => copyFileSync(join(MIGRATIONS, file), join(folder, file)));
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db?.drop();
  rmSync(folder, { recursive: true });
});

it('two views of one name that a race had left get names of their own, and nobody loses one', async () => {
  bring((file) => file < LAST);
  await migrate(db, [folder]);
  const [me, other, team, long] = [newId('agt'), newId('agt'), newId('tem'), '名'.repeat(40)];
  const kept: [string, string, string, string | null, string, number][] = [
    ['first', me, 'ME', null, '紧急', 0], ['second', me, 'ME', null, '紧急', 1], ['of another', other, 'ME', null, '紧急', 0], ['of a team', me, 'TEAM', team, '紧急', 0],
    ['of all', me, 'ALL', null, long, 0], ['of all again', other, 'ALL', null, long, 1],
  ];
  const ids = kept.map(() => newId('tvw'));
  for (const [index, [, owner, sharing, teamId, name, place]] of kept.entries()) {
    await db.execute('INSERT INTO ticket_views (id, owner_agent_id, sharing, team_id, name, filter, order_by, shown_columns, place, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)',
      [idToBinary(ids[index]!), idToBinary(owner), sharing, teamId && idToBinary(teamId), name, '{}', '{}', '[]', place]);
  }
  bring((file) => file === LAST);
  await migrate(db, [folder]);
  const rows = await db.query<{ id: Buffer; name: string }>('SELECT id, name FROM ticket_views');
  const nameOf = (what: string) => rows.find(({ id }) => id.equals(idToBinary(ids[kept.findIndex(([one]) => one === what)]!)))!.name;
  expect(['first', 'of another', 'of a team', 'of all'].map(nameOf)).toEqual(['紧急', '紧急', '紧急', long]);
  expect(nameOf('second')).toMatch(/^紧急 [0-9a-f]{8}$/);
  expect(nameOf('of all again')).toMatch(/^名{31} [0-9a-f]{8}$/);
});
