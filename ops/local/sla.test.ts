import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testShape } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asker, setUpStaff, tell, type Ask } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';

const ORDERED = `priority: P0
first_response: 15m
resolution_time: 4h
escalation_rules:
  - after: 10m
    target: supervisor_group
`;

let system: System;
let url: string;
let admin: Ask;
let token: string;
const folder = mkdtempSync(join(tmpdir(), 'careline-sla-'));

beforeAll(async () => {
  system = await startSystem(testShape());
  url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const staff = await setUpStaff(url);
  admin = asker(url, () => staff.adminToken);
  token = await issue(['sla:read', 'sla:write', 'sla:activate']);
});
afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function issue(permissions: readonly string[]): Promise<string> {
  const input = { name: 'deploy', grants: permissions.map((permission) => ({ permission, scope: 'ALL' })), expiresAt: new Date(Date.now() + 3_600_000).toISOString(), idempotencyKey: randomUUID() };
  return (await tell<{ secret: string }>(admin, 'issueToken', input, 'secret')).secret;
}

/** A policy file of its own. */
function file(text: string, encoding: BufferEncoding = 'utf8'): string {
  const path = join(folder, `${randomUUID()}.yaml`);
  writeFileSync(path, text, encoding);
  return path;
}

/** Runs the command as a pipeline does. */
function sla(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./sla.ts', import.meta.url)), ...args], { env: { ...process.env, LANG: 'C', CARELINE_URL: url, CARELINE_TOKEN: token, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const versionsOf = async (name: string) => (await admin<{ slaPolicyDocuments: { nodes: { name: string; activeVersion: { number: number; yaml: string } | null; versions: { nodes: { number: number }[] } }[] } }>(
  '{ slaPolicyDocuments(first: 10) { nodes { name activeVersion { number yaml } versions(first: 20) { nodes { number } } } } }')).slaPolicyDocuments.nodes.find((one) => one.name === name);

it('says each mistake at its place in the file, in the language of the machine, and changes nothing', async () => {
  const broken = file('priority: P0\nfirst_response: soon\nbusiness_hours: never\n');
  const before = await versionsOf('默认策略');
  for (const verb of ['check', 'apply']) {
    const { code, out, err } = await sla([verb, broken]);
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe(`${broken}:2:17 Write the duration like 15m, 4h, 1h30m or 3d.`);
    expect(out.split('\n')[1]).toMatch(/:3:17 /);
    expect(err).toContain('2 mistakes; nothing was changed');
  }
  expect((await sla(['check', broken], { LANG: 'zh_CN.UTF-8' })).out).toContain(':2:17 时长请写成');
  expect(await versionsOf('默认策略')).toEqual(before);
});

it('puts the ordered file in force letter by letter, and does nothing the second time', async () => {
  const path = file(ORDERED);
  expect(await sla(['check', path])).toEqual({ code: 0, out: `${path}: good\n`, err: '' });
  const first = await sla(['apply', path, '--document', 'From a file']);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(/^dry run of v1: 0 tickets .* would be counted anew\nv1 of From a file is in force for new tickets\n$/);
  expect(await versionsOf('From a file')).toMatchObject({ activeVersion: { number: 1, yaml: ORDERED }, versions: { nodes: [{ number: 1 }] } });
  expect(await sla(['apply', path, '--document', 'From a file'])).toEqual({ code: 0, out: 'v1 of From a file is in force and holds this text: nothing to do\n', err: '' });
  expect((await versionsOf('From a file'))!.versions.nodes).toHaveLength(1);
});

it('says what it would have done to conversations when it promises something to them', async () => {
  const { code, out } = await sla(['apply', file('for: conversation\npriority: P2\nfirst_response: 2m\n'), '--document', 'Of conversations']);
  expect(code).toBe(0);
  expect(out).toMatch(/^dry run of v1: 0 tickets .*\ndry run of v1: \d+ conversations of the last 30 days, 0 promised something, attainment no data -> no data \(0 met and 0 missed -> 0 and 0\), 0 would change; 0 open conversations would be counted anew\nv1 of Of conversations is in force/);
});

it('makes a changed file the next version, and counts open tickets anew when asked', async () => {
  const { code, out } = await sla(['apply', file(ORDERED.replace('15m', '20m')), '--document', 'From a file', '--retarget']);
  expect(code).toBe(0);
  expect(out).toContain('\nv2 of From a file is in force; open tickets are being counted anew');
  expect((await versionsOf('From a file'))!.activeVersion!.number).toBe(2);
});

it('says who is promised nothing any more', async () => {
  const { code, out } = await sla(['apply', file(ORDERED.replace('P0', 'P1')), '--document', 'From a file']);
  expect([code, out.split('\n')[0]]).toEqual([0, 'warning: v3 promises nothing to P0 tickets, v2 does']);
  expect((await sla(['apply', file(ORDERED.replace('15m', '20m')), '--document', 'From a file'])).code).toBe(0);
});

it.each([
  ['no word for what to do', () => [], {}, 2, 'Say which'],
  ['an option nobody knows', () => ['apply', file(ORDERED), '--force'], {}, 2, 'Say which'],
  ['a file that there is not', () => ['check', join(folder, 'none.yaml')], {}, 2, 'cannot be read'],
  ['a file that is not UTF-8', () => ['check', file('# é\n', 'latin1')], {}, 1, 'not UTF-8'],
  ['no token', () => ['check', file(ORDERED)], { CARELINE_TOKEN: '' }, 2, 'CARELINE_TOKEN is missing'],
  ['a document left open where there are two', () => ['apply', file(ORDERED)], {}, 2, 'Say which with --document NAME'],
  ['a token that is none', () => ['check', file(ORDERED)], { CARELINE_TOKEN: 'wrong' }, 3, 'Sign in or refresh it. (UNAUTHENTICATED)\n'],
  ['an address where nobody answers', () => ['check', file(ORDERED)], { CARELINE_URL: 'http://127.0.0.1:1' }, 3, 'does not answer'],
])('ends with a code and a sentence for %s', async (_name, args, env, code, sentence) => {
  const ended = await sla(args(), env);
  expect(ended.code).toBe(code);
  expect(ended.err).toContain(sentence);
});

it('lets a token that may only read check and not apply', async () => {
  const reading = await issue(['sla:read']);
  const path = file(ORDERED.replace('15m', '25m'));
  expect((await sla(['check', path], { CARELINE_TOKEN: reading })).code).toBe(0);
  const refused = await sla(['apply', path, '--document', 'From a file'], { CARELINE_TOKEN: reading });
  expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('FORBIDDEN')]);
  expect((await versionsOf('From a file'))!.activeVersion!.number).toBe(4);
});
