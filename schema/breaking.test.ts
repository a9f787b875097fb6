import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { badDeprecations, unlistedBreaks } from './breaking.mjs';

const published = buildSchema('type Query { seen: Int, kept(first: Int): String! } enum Colour { RED GREEN } input Draft { text: String }');

describe('a change of what was published', () => {
  it.each([
    ['nothing', 'type Query { seen: Int, kept(first: Int): String! } enum Colour { RED GREEN } input Draft { text: String }', []],
    ['more of everything', 'type Query { seen: Int!, more: Int, kept(first: Int, last: Int): String! } enum Colour { RED GREEN BLUE } input Draft { text: String, title: String }', []],
    ['a field taken away', 'type Query { kept(first: Int): String! } enum Colour { RED GREEN } input Draft { text: String }', ['Query.seen was removed.']],
    ['null where there was none', 'type Query { seen: Int, kept(first: Int): String } enum Colour { RED GREEN } input Draft { text: String }', ['Query.kept changed type from String! to String.']],
    ['a value taken away', 'type Query { seen: Int, kept(first: Int): String! } enum Colour { RED } input Draft { text: String }', ['GREEN was removed from enum type Colour.']],
    ['an input that must be given', 'type Query { seen: Int, kept(first: Int): String! } enum Colour { RED GREEN } input Draft { text: String! }', ['Draft.text changed type from String to String!.']],
  ])('%s', (_name, sdl, breaks) => {
    expect(unlistedBreaks(published, buildSchema(sdl), [])).toEqual(breaks);
  });

  it('passes when it is listed with a day and a reason, not without', () => {
    const present = buildSchema('type Query { kept(first: Int): String! } enum Colour { RED GREEN } input Draft { text: String }');
    const listed = { change: 'Query.seen was removed.', since: '2026-12-01', reason: 'It told customers what colleagues read.' };
    expect(unlistedBreaks(published, present, [listed])).toEqual([]);
    expect(unlistedBreaks(published, present, [{ ...listed, reason: ' ' }])).toHaveLength(1);
    expect(unlistedBreaks(published, present, [{ ...listed, since: 'lately' }])).toHaveLength(1);
  });
});

it.each([
  ['since 2026-01-01, use Query.seen, removed after 2026-07-01', []],
  ['since 2026-01-01, use Query.seen, removed after 2026-06-01', ['Query.old gives less than six months']],
  ['old', ['Query.old must say "since DATE, use X, removed after DATE"']],
])('takes the deprecation %j', (reason, faults) => {
  expect(badDeprecations(buildSchema(`type Query { seen: Int, old: Int @deprecated(reason: "${reason}") }`))).toEqual(faults);
});

describe('node schema/check.mjs', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  function copyWithout(field: RegExp): string {
    const folder = mkdtempSync(join(tmpdir(), 'careline-schema-'));
    folders.push(folder);
    cpSync(fileURLToPath(new URL('.', import.meta.url)), join(folder, 'schema'), { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'));
    const file = join(folder, 'schema/analytics/audit.graphql');
    writeFileSync(file, readFileSync(file, 'utf8').replace(field, ''));
    return folder;
  }
  const check = (folder: string, ...args: string[]) => spawnSync(process.execPath, [join(folder, 'schema/check.mjs'), ...args], { encoding: 'utf8' });

  it('fails when a published field is gone, also when told to fix, until the change is listed', () => {
    const folder = copyWithout(/ {2}"[^"]*"\n {2}requestId: String!\n/);
    const before = readFileSync(join(folder, 'schema/published.graphql'), 'utf8');
    for (const args of [[], ['--fix']]) {
      const { status, stderr } = check(folder, ...args);
      expect([status, stderr]).toEqual([1, expect.stringContaining('breaking: AuditEntry.requestId was removed.')]);
    }
    expect(readFileSync(join(folder, 'schema/published.graphql'), 'utf8')).toBe(before);
    writeFileSync(join(folder, 'schema/breaking.json'), JSON.stringify([{ change: 'AuditEntry.requestId was removed.', since: '2026-12-01', reason: 'a test of the rule' }]));
    expect(check(folder).stderr).toContain('published.graphql is stale');
    expect(check(folder, '--fix').stderr).not.toContain('breaking');
    expect(readFileSync(join(folder, 'schema/published.graphql'), 'utf8')).not.toBe(before);
    // Four processes of about a second each, on a machine that may be busy.
  }, 120_000);
});
