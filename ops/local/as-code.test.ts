import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testShape } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { asker, setUpStaff, tell, type Ask } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';

interface Place {
  url: string;
  admin: Ask;
  token: string;
}

const READ = ['agent:read', 'role:read', 'sla:read', 'queue:read', 'routing:read', 'category:read', 'automation:read', 'macro:read', 'channel:read'];
const WRITE = ['agent:write', 'role:write', 'sla:write', 'sla:activate', 'queue:write', 'routing:write', 'category:write', 'automation:write', 'macro:write'];

const systems: System[] = [];
const home = mkdtempSync(join(tmpdir(), 'careline-config-'));
let filled: Place;
let fresh: Place;

beforeAll(async () => {
  filled = await open();
  fresh = await open();
  await fill(filled.admin);
}, 480_000);
afterAll(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  rmSync(home, { recursive: true, force: true });
});

async function open(): Promise<Place> {
  const system = await startSystem(testShape());
  systems.push(system);
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const { adminToken } = await setUpStaff(url);
  const admin = asker(url, () => adminToken);
  return { url, admin, token: await issue(admin, [...READ, ...WRITE]) };
}

async function issue(admin: Ask, permissions: readonly string[]): Promise<string> {
  const input = { name: 'config', grants: permissions.map((permission) => ({ permission, scope: 'ALL' })), expiresAt: new Date(Date.now() + 3_600_000).toISOString(), idempotencyKey: randomUUID() };
  return (await tell<{ secret: string }>(admin, 'issueToken', input, 'secret')).secret;
}

const folder = () => mkdtempSync(join(home, 'files-'));
const filesOf = (path: string) => Object.fromEntries(readdirSync(path).sort().map((name) => [name, readFileSync(join(path, name), 'utf8')]));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function config(place: Pick<Place, 'url' | 'token'>, args: readonly string[], seen?: (child: ChildProcess) => void): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./as-code.ts', import.meta.url)), ...args], { env: { ...process.env, LANG: 'C', CARELINE_URL: place.url, CARELINE_TOKEN: place.token } });
  seen?.(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

/**
 * A door to Careline that calls `before` with the number of each change that comes; one it answers false for is not let
 * through. `after` is called when Careline has answered and the answer was not handed on yet.
 */
async function doorTo(place: Place, before: (count: number) => Promise<boolean>, after = async () => {}): Promise<{ url: string; close(): void }> {
  let count = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const body = Buffer.concat(parts).toString();
      if (body.includes('"mutation ') && !body.includes('"isTrial":true') && !(await before((count += 1)))) return void response.destroy();
      const answer = await fetch(place.url + request.url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: request.headers.authorization!, 'accept-language': 'en' }, body });
      const text = await answer.text();
      await after();
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Something of every kind, as an organisation has it after a while. */
async function fill(admin: Ask): Promise<void> {
  const { team } = await tell<{ team: { id: string } }>(admin, 'saveTeam', { key: 'night_shift', name: '夜班 "A": #1', capacity: 20 }, 'team { id }');
  await tell(admin, 'saveRole', { name: 'Night lead', grants: [{ permission: 'ticket:read', scope: 'ALL' }, { permission: 'queue:write', scope: 'TEAM' }], clearMasks: ['name'] }, 'role { id }');
  const { businessHours } = await tell<{ businessHours: { id: string } }>(admin, 'saveBusinessHours', {
    key: 'nights', name: 'Nights', timeZone: 'Asia/Shanghai', scope: 'NEW_ONLY', intervals: [{ weekday: 1, from: '18:00', to: '22:00' }], specialDays: [{ date: '2026-10-01', name: '国庆', kind: 'HOLIDAY', intervals: [] }],
  }, 'businessHours { id }');
  const { queue: zone } = await tell<{ queue: { id: string } }>(admin, 'saveQueue', { key: 'zone', name: 'Zone', teamIds: [team.id], acceptSeconds: 0 }, 'queue { id }');
  const { queue } = await tell<{ queue: { id: string } }>(admin, 'saveQueue', {
    key: 'billing', name: 'Billing', teamIds: [team.id], skills: [{ name: 'refund', level: 2 }], skillSeconds: 60, overflowQueueId: zone.id, overflowSeconds: 120, businessHoursId: businessHours.id, closedWords: { zh: '已下班', en: 'We are closed' },
  }, 'queue { id }');
  const { channels } = await admin<{ channels: { nodes: { id: string }[] } }>('{ channels(first: 10) { nodes { id } } }');
  const rules = [{ name: 'Money', queueId: queue.id, priority: 'P1', conditions: [{ field: 'TEXT', values: ['refund', '退款'] }, { field: 'CHANNEL', values: [channels.nodes[0]!.id] }, { field: 'HOURS', values: ['nights=open'] }] }];
  const { version } = await tell<{ version: { id: string } }>(admin, 'saveRoutingRules', { rules, defaultQueueId: zone.id }, 'version { id }');
  await tell(admin, 'dryRunRoutingRules', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id }');
  await vi.waitFor(async () => {
    const { routingRuleVersion } = await admin<{ routingRuleVersion: { dryRun: { state: string } } }>('query ($id: ID) { routingRuleVersion(id: $id) { dryRun { state } } }', { id: version.id });
    expect(routingRuleVersion.dryRun.state).toBe('DONE');
  }, { timeout: 60_000, interval: 200 });
  await tell(admin, 'activateRoutingRules', { versionId: version.id }, 'version { id }');
  const properties = { order_no: { type: 'string', title: '订单号', maxLength: 40 }, amount: { type: 'number', minimum: 0 } };
  const { category } = await tell<{ category: { id: string } }>(admin, 'saveCategory', { key: 'REFUND', nameZh: '退款', nameEn: 'Refund', fieldsSchema: { type: 'object', properties }, requiredFields: ['order_no'], position: 1 }, 'category { id }');
  await tell(admin, 'saveCategory', { key: 'REFUND_LATE', nameZh: '退款迟到', nameEn: 'Late refund', parentId: category.id }, 'category { id }');
  await tell(admin, 'saveAutomationRule', {
    name: 'Refunds to nights', trigger: 'TICKET_CREATED', conditions: { categoryIds: [category.id], teamIds: [team.id], priorities: ['P2'] }, steps: [{ verb: 'ASSIGN_TEAM', value: 'night_shift' }, { verb: 'COMMENT', value: 'One\n  two: 3' }], idempotencyKey: randomUUID(),
  }, 'rule { id }');
  await tell(admin, 'saveCannedReply', { title: 'Hello', text: 'Hello,\n\nhow can I help?', shortcut: 'hi', sharing: 'ALL' }, 'cannedReply { id }');
  await tell(admin, 'saveCannedReply', { title: 'Mine', text: 'my secret word', sharing: 'ME' }, 'cannedReply { id }');
  await tell(admin, 'saveMacro', { name: 'To billing', steps: [{ verb: 'ADD_TAG', value: 'money' }, { verb: 'TRANSFER', value: queue.id }, { verb: 'TICKET_ASSIGN_TEAM', value: team.id }, { verb: 'TICKET_SET_CATEGORY', value: 'REFUND' }, { verb: 'TICKET_ASSIGN' }], sharing: 'TEAM', teamId: team.id }, 'macro { id }');
}

it('carries what a filled system holds into a fresh one: exported again it is the same, byte for byte, and a second apply does nothing', async () => {
  const [from, to, again] = [folder(), folder(), folder()];
  expect(await config(filled, ['export', from])).toMatchObject({ code: 0, err: "left out: canned reply Mine, because it is one person's own\n" });
  const text = Object.values(filesOf(from)).join('\n');
  expect(Object.keys(filesOf(from))).toHaveLength(10);
  expect(text).not.toMatch(/\b[a-z]{3}_[0-7][0-9a-z]{25}\b|my secret word|ada@example/);

  await config(fresh, ['export', to]);
  const dry = await config(fresh, ['apply', from, '--dry-run']);
  expect([dry.code, dry.err]).toEqual([0, '']);
  for (const line of ['+ team night_shift', '+ queue billing', '    overflow_queue: nothing -> "zone"', '~ routing rules in force', '+ category REFUND', '+ automation rule Refunds to nights', '+ macro To billing (night_shift)', 'Nothing was changed']) expect(dry.out).toContain(line);
  await config(fresh, ['export', again]);
  expect(filesOf(again)).toEqual(filesOf(to));

  expect(await config(fresh, ['apply', from])).toMatchObject({ code: 0, err: '' });
  await config(fresh, ['export', again]);
  expect(filesOf(again)).toEqual(filesOf(from));
  const second = await config(fresh, ['apply', from]);
  expect([second.code, second.err, second.out]).toEqual([0, '', expect.stringMatching(/^nothing to do; \d+ unchanged\n$/)]);
}, 300_000);

it('takes out of use what no file speaks of only when told to prune, and leaves what cannot be', async () => {
  const path = folder();
  await config(filled, ['export', path, '--only', 'canned-replies,teams']);
  writeFileSync(join(path, 'canned-replies.yaml'), '[]\n');
  writeFileSync(join(path, 'teams.yaml'), '[]\n');
  const kept = await config(filled, ['apply', path]);
  expect([kept.code, kept.out]).toEqual([0, expect.stringMatching(/^nothing to do; .*left alone: .*canned reply Hello/)]);
  expect(await config(filled, ['apply', path, '--prune'])).toMatchObject({ code: 0, out: expect.stringContaining('- canned reply Hello: taken out of use') });
  expect((await config(filled, ['apply', path, '--prune'])).out).toMatch(/^nothing to do;.*team night_shift \(this kind cannot be taken out of use\)/);
}, 120_000);

it.each([
  ['a tab', 'teams.yaml', '- key: aa\n\tname: A\n', /teams\.yaml:2:\d+ .*tabs are not allowed/],
  ['a line that is indented too little', 'queues.yaml', '- key: qq\n name: Q\n', /queues\.yaml:2:1 This line is not indented like/],
  ['a word nobody knows', 'teams.yaml', '- key: aa\n  name: A\n  capcity: 3\n', /teams\.yaml:3:3 Nothing is called capcity here.*key, name, capacity/],
  ['what is missing', 'teams.yaml', '- key: aa\n', /teams\.yaml:1:3 Add what is missing here: name/],
  ['a text for a number', 'teams.yaml', '- key: aa\n  name: A\n  capacity: many\n', /teams\.yaml:3:13 Write a whole number here/],
  ['a value that there is not', 'queues.yaml', '- key: qq\n  name: Q\n  strategy: [FASTEST]\n', /queues\.yaml:3:14 Write one of LAST_AGENT, SKILL, LEAST_LOAD/],
  ['a team that there is not', 'queues.yaml', '- key: qq\n  name: Q\n  teams: [nobody]\n', /queues\.yaml:3:11 There is no team nobody.*add it to teams\.yaml/],
  ['queues that overflow in a circle', 'queues.yaml', '- key: qq\n  name: Q\n  overflow_queue: rr\n- key: rr\n  name: R\n  overflow_queue: qq\n', /queues\.yaml:6:19 .*end the circle/],
  ['one key for two', 'roles.yaml', '- name: R\n- name: R\n', /roles\.yaml:2:3 role R is written twice/],
  ['a policy with a mistake', 'sla-policies.yaml', '- name: N\n  policies: |\n    priority: P0\n    first_response: soon\n', /sla-policies\.yaml:4:21 Write the duration like/],
  ['a person', 'automation-rules.yaml', '- name: N\n  trigger: TICKET_CREATED\n  steps:\n    - verb: ASSIGN_AGENT\n      value: x\n', /automation-rules\.yaml:4:13 A file names no person/],
  ['a file of no kind', 'team.yaml', '[]\n', /team\.yaml:1:1 No kind has this file/],
])('says at its line and column what to do about %s, and changes nothing', async (_name, file, text, sentence) => {
  const path = folder();
  writeFileSync(join(path, file), text);
  const { code, out, err } = await config(fresh, ['apply', path]);
  expect(out).toMatch(sentence);
  expect([code, err]).toEqual([1, '1 mistake; nothing was changed\n']);
}, 60_000);

it('says in a dry run, at its place, what Careline itself would refuse, also of what names something that this run would make', async () => {
  const path = folder();
  const weekly = (...lines: string[]) => ['  time_zone: Asia/Shanghai', '  intervals:', ...lines.map((line) => `    - { weekday: ${line} }`)].join('\n');
  const nine = '1, from: "09:00", to: "12:00"';
  const files: Record<string, [text: string, ...mistakes: RegExp[]]> = {
    'teams.yaml': ['- key: Bad Key\n  name: A\n- key: coming\n  name: Coming\n', /:1:8 A key is 2 to 40/],
    'roles.yaml': ['- name: R\n  grants:\n    a:a: ALL\n    ticket:read: ALL\n', /:3:10 There is no permission a:a/],
    'business-hours.yaml': [
      `- key: overlapping\n  name: O\n${weekly(nine, '1, from: "11:59", to: "13:00"')}\n- key: coming\n  name: C\n${weekly(nine)}\n`
        + `- key: no_day\n  name: N\n${weekly(nine)}\n  special_days:\n    - { date: "2026-02-30", name: X, kind: HOLIDAY }\n`
        + `- key: twice\n  name: T\n${weekly(nine)}\n  special_days:\n    - { date: "2026-10-01", name: X, kind: HOLIDAY }\n    - { date: "2026-10-01", name: Y, kind: HOLIDAY }\n`,
      /:6:7 This interval overlaps another/, /:18:15 This is not a day/, /:26:15 This day is written twice/,
    ],
    'queues.yaml': ['- key: too_patient\n  name: Q\n  teams: [coming]\n  business_hours: coming\n  accept_seconds: 301\n- key: coming\n  name: C\n', /:5:19 Give 0 to 300 seconds/],
    'routing-rules.yaml': ['default_queue: coming\nrules:\n  - name: A\n    queue: coming\n  - name: B\n    queue: coming\n    conditions: [{ field: LOCALE, values: [EN, DE] }]\n', /:7:48 A language is ZH_CN or EN/],
    'categories.yaml': ['- key: COMING\n  name_zh: 甲\n  name_en: A\n- key: CHILD\n  name_zh: 乙\n  name_en: B\n  parent: COMING\n  form:\n    sum: { type: number, maxLength: 3 }\n', /:9:5 .*sum.maxLength/],
    'automation-rules.yaml': ['- name: N\n  trigger: TICKET_CREATED\n  steps:\n    - { verb: NOTIFY_TEAM, value: coming }\n    - { verb: SET_PRIORITY, value: P9 }\n', /:5:36 This step cannot set that value/],
    'sla-policies.yaml': [`- name: ${'N'.repeat(61)}\n  policies: |\n    priority: P0\n    first_response: 15m\n`, /:1:9 A name has at most 60/],
    'canned-replies.yaml': ['- title: A\n  text: "{{customer.nmae}}"\n- title: B\n  team: coming\n  shortcut: bb\n  text: B\n- title: C\n  team: coming\n  shortcut: bb\n  text: C\n', /:2:9 There is no such variable/, /:9:13 Another reply for the same people/],
    'macros.yaml': ['- name: M\n  steps:\n    - { verb: TICKET_ASSIGN_TEAM, value: coming }\n    - { verb: ADD_NOTE, value: "{{nobody}}" }\n', /:4:32 There is no such variable/],
  };
  for (const [file, [text]] of Object.entries(files)) writeFileSync(join(path, file), text);
  const { code, out, err } = await config(fresh, ['apply', path, '--dry-run']);
  expect([code, err]).toEqual([1, '13 mistakes; nothing was changed\n']);
  for (const [file, [, ...mistakes]] of Object.entries(files)) {
    const told = out.split('\n').filter((line) => line.includes(file));
    expect(told).toEqual(mistakes.map((sentence) => expect.stringMatching(new RegExp(`${file}${sentence.source}`))));
  }
}, 120_000);

it('reads UTF-8 alone, and says where another encoding begins', async () => {
  const path = folder();
  // The last character is one of GBK.
  writeFileSync(join(path, 'teams.yaml'), Buffer.concat([Buffer.from('- key: aa\n  name: 晚'), Buffer.from([0xb0, 0xe0, 0x0a])]));
  writeFileSync(join(path, 'roles.yaml'), Buffer.from('\ufeff- name: R\n', 'utf16le'));
  writeFileSync(join(path, 'queues.yaml'), '\ufeff- key: marked\n  name: Q\n');
  const { code, out } = await config(fresh, ['apply', path, '--dry-run']);
  expect([code, out.split('\n')]).toEqual([1, [expect.stringMatching(/teams\.yaml:2:10 This is not UTF-8/), expect.stringMatching(/roles\.yaml:1:1 This is not UTF-8/), '']]);
}, 60_000);

it('shows the difference to a token that may only read, and says that it was not asked what Careline would refuse', async () => {
  const path = folder();
  writeFileSync(join(path, 'teams.yaml'), '- key: Bad Key\n  name: A\n');
  const { code, out, err } = await config({ ...fresh, token: await issue(fresh.admin, READ) }, ['apply', path, '--dry-run']);
  expect([code, out, err]).toEqual([0, expect.stringContaining('+ team Bad Key'), expect.stringMatching(/^not tried: .*teams.*agent:write/)]);
}, 60_000);

const teamFile = (prefix: string, count: number) => Array.from({ length: count }, (_, place) => `- key: ${prefix}_${place}\n  name: ${prefix} ${place}\n`).join('');

it('goes on where it was killed', async () => {
  const path = folder();
  writeFileSync(join(path, 'teams.yaml'), teamFile('killed', 5));
  let child: ChildProcess;
  const door = await doorTo(fresh, async (count) => count < 3 || (child.kill('SIGKILL'), false));
  const cut = await config({ url: door.url, token: fresh.token }, ['apply', path], (begun) => (child = begun));
  door.close();
  expect([cut.code, cut.out]).toEqual([null, '+ team killed_0: added\n+ team killed_1: added\n']);
  expect((await config(fresh, ['apply', path])).out).toMatch(/^\+ team killed_2: added\n\+ team killed_3: added\n\+ team killed_4: added\n3 done; 2 unchanged/);
  expect((await config(fresh, ['apply', path])).out).toMatch(/^nothing to do; 5 unchanged/);
}, 120_000);

it('names exactly what is done and what is not when the line breaks in the middle', async () => {
  const path = folder();
  writeFileSync(join(path, 'teams.yaml'), teamFile('broken', 3));
  const door = await doorTo(fresh, async (count) => count !== 2);
  const { code, err } = await config({ url: door.url, token: fresh.token }, ['apply', path]);
  door.close();
  expect([code, err]).toEqual([3, expect.stringMatching(/team broken_1 was written is not known.*\n1 of 3 done: team broken_0\. Not done: team broken_1, team broken_2\./)]);
  expect((await config(fresh, ['apply', path])).out).toMatch(/2 done; 1 unchanged/);
}, 120_000);

it.each([
  ['queue', 'queues.yaml', 'saveQueue', { key: 'contested', name: 'First' }],
  ['team', 'teams.yaml', 'saveTeam', { key: 'contested', name: 'First' }],
])('does not overwrite a %s that somebody changed meanwhile', async (noun, file, verb, first) => {
  const made = await tell<Record<string, { id: string }>>(fresh.admin, verb, first, `${noun} { id }`);
  const path = folder();
  writeFileSync(join(path, file), '- key: contested\n  name: From the file\n');
  // The hand comes after the command has read what there is and before it writes.
  let isFirst = true;
  const door = await doorTo(fresh, async () => true, async () => {
    if (isFirst) await tell(fresh.admin, verb, { [`${noun}Id`]: made[noun]!.id, name: 'By hand' }, `${noun} { id }`);
    isFirst = false;
  });
  const { code, err } = await config({ url: door.url, token: fresh.token }, ['apply', path]);
  door.close();
  expect([code, err]).toEqual([3, expect.stringContaining(`${noun} contested: somebody changed it meanwhile, and that was not overwritten`)]);
  const now = folder();
  await config(fresh, ['export', now, '--only', file.replace('.yaml', '')]);
  expect(readFileSync(join(now, file), 'utf8')).toContain('- key: contested\n  name: By hand\n');
}, 120_000);

it('refuses a token without the permission by its name, and writes nothing', async () => {
  const [path, before, after] = [folder(), folder(), folder()];
  await config(fresh, ['export', before]);
  cpSync(before, path, { recursive: true });
  const queuesFile = join(path, 'queues.yaml');
  writeFileSync(queuesFile, `${readFileSync(queuesFile, 'utf8')}\n- key: forbidden\n  name: Forbidden\n`);
  const reading = await issue(fresh.admin, READ);
  const refused = await config({ ...fresh, token: reading }, ['apply', path]);
  expect([refused.code, refused.err]).toEqual([3, expect.stringMatching(/queue forbidden: The token may not write queues: it needs queue:write[^]*0 of 1 done/)]);
  await config(fresh, ['export', after]);
  expect(filesOf(after)).toEqual(filesOf(before));
  expect(await config({ ...fresh, token: 'wrong' }, ['export', after])).toMatchObject({ code: 3, err: expect.stringContaining('UNAUTHENTICATED') });
}, 120_000);

it.each([
  ['no word for what to do', [], 2, 'Say which'],
  ['a kind that there is not', ['export', '--only', 'agents'], 2, 'Say which'],
  ['a folder that there is not', ['apply', join(home, 'none')], 2, 'is no folder'],
])('ends with a code and a sentence for %s', async (_name, args, code, sentence) => {
  const ended = await config(fresh, args);
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(sentence)]);
}, 60_000);
