import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createAnalytics } from '@careline/analytics/subgraph';
import { createConversations } from '@careline/conversations/subgraph';
import { createKnowledge } from '@careline/knowledge/subgraph';
import { createTickets } from '@careline/tickets/subgraph';
import { idToBinary, newId } from '@careline/kit/db';
import { createTestWorld, type World } from '@careline/kit/testing';
import { auditRecorded } from '@careline/schema/events';
import { afterAll, beforeAll, expect, it } from 'vitest';

let world: World;
beforeAll(async () => {
  world = await createTestWorld([createConversations, createTickets, createKnowledge, createAnalytics]);
});
afterAll(() => world?.close());

/** Runs the command as an operator does; gives what it printed. */
function deadLetters(...args: string[]): Promise<{ code: number | null; printed: string }> {
  const { databaseUrl, redisUrl, databasePrefix } = world.deps;
  const script = fileURLToPath(new URL('./dead-letters.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { env: { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, DATABASE_PREFIX: databasePrefix, KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, printed })));
}

async function setAside(): Promise<string> {
  const id = newId('evt');
  const envelope = { id, at: world.clock.now(), ...auditRecorded.make('x', { entryId: newId('aud'), verb: 'role:write', subjectId: null, actorKind: 'AGENT', actorId: 'agt_1', requestId: 'r', sealed: 'AA==' }) };
  const db = await world.database('analytics');
  await db.execute('INSERT INTO dead_letters (event_id, consumer, envelope, reason, tries, failed_at) VALUES (?, ?, ?, ?, 8, NOW(3))', [idToBinary(id), 'analytics', JSON.stringify(envelope), 'Error']);
  return id;
}

async function countOf(table: string): Promise<number> {
  const [row] = await (await world.database('analytics')).query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`);
  return row!.count;
}

it('lists what was set aside, hands it to its consumer again, and forgets what is dropped', async () => {
  const [first, second] = [await setAside(), await setAside()];
  expect((await deadLetters()).printed).toMatch(new RegExp(`${first} .*audit.recorded[\\s\\S]*2 dead letters`));
  expect(await deadLetters('replay', first)).toMatchObject({ code: 0, printed: expect.stringContaining('1 replayed') });
  await world.drainEvents();
  expect([await countOf('audit_entries'), await countOf('dead_letters')]).toEqual([1, 1]);
  expect((await deadLetters('drop', second)).printed).toContain('1 dropped');
  await world.drainEvents();
  expect([await countOf('audit_entries'), await countOf('dead_letters')]).toEqual([1, 0]);
}, 60_000);

it('does nothing for a word it does not know', async () => {
  await setAside();
  for (const args of [['drop', 'all'], ['replay'], ['forget', 'x'], ['drop', 'x']]) expect([args, (await deadLetters(...args)).code]).toEqual([args, 1]);
  expect(await deadLetters('drop', newId('evt'))).toMatchObject({ code: 1, printed: expect.stringContaining('No dead letter has the id') });
  expect(await countOf('dead_letters')).toBe(1);
}, 180_000);
