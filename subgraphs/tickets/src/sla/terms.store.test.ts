import { createTestDatabase } from '@careline/kit/testing';
import { binaryToId } from '@careline/kit/db';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { holdPolicies, loadTerms, noteInForce } from './terms.store.ts';
import type { TermsRef } from './sla.tables.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
const VERSIONS = 2_100;
const idOf = (prefix: string, hex: string) => binaryToId(prefix, Buffer.from(hex, 'hex'));

it('gives all terms that are asked for, also in the moment in which the older ones are forgotten', async () => {
  const db = await createTestDatabase([MIGRATIONS]);
  const [hours] = await db.query<{ hours_id: Buffer; content: unknown }>('SELECT hours_id, content FROM business_hours_versions');
  const content = typeof hours!.content === 'string' ? hours!.content : JSON.stringify(hours!.content);
  await db.execute('INSERT INTO business_hours_versions (hours_id, version, content, saved_at) VALUES ?', [Array.from({ length: VERSIONS }, (_, index) => [hours!.hours_id, index + 2, content, new Date()])]);
  const refs = Array.from({ length: VERSIONS }, (_, index): TermsRef => ({ versionId: idOf('slv', '019aab00000070008000000000000301'), place: 0, hoursId: idOf('bhr', '019aab00000070008000000000000101'), hoursVersion: index + 2 }));
  await loadTerms(db, refs.slice(0, -1));
  const found = [...(await loadTerms(db, [refs[0]!, refs.at(-1)!])).values()];
  expect(found.map((terms) => terms?.ref.hoursVersion)).toEqual([2, VERSIONS + 1]);
  await db.drop();
});

it('does not take policies of before for those of a restored backup, in which as many changes were made', async () => {
  const db = await createTestDatabase([MIGRATIONS]);
  await db.execute("UPDATE sla_policies SET active_version_id = (SELECT MAX(id) FROM sla_policy_versions)");
  await db.transaction(noteInForce);
  const before = await db.transaction(holdPolicies);
  expect(before.length).toBeGreaterThan(0);
  expect(await db.transaction(holdPolicies)).toBe(before);
  await db.execute("UPDATE counters SET next_value = 1 WHERE name = 'sla_terms'");
  await db.execute('UPDATE sla_policies SET active_version_id = NULL');
  await db.transaction(noteInForce);
  expect(await db.transaction(holdPolicies)).toEqual([]);
  await db.drop();
});
