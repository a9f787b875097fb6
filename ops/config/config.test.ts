import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testShape } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asker, setUpStaff, tell, type Ask } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';

const PERMISSIONS = ['agent:read', 'agent:write', 'role:read', 'role:write', 'queue:read', 'queue:write', 'routing:read', 'routing:write', 'category:read', 'category:write', 'automation:read', 'automation:write', 'sla:read', 'sla:write', 'sla:activate'];

interface Place {
  system: System;
  url: string;
  admin: Ask;
  adminToken: string;
}

let filled: Place;
let fresh: Place;
const folder = mkdtempSync(join(tmpdir(), 'careline-config-'));
const inFolder = (name: string) => join(folder, name);

async function open(): Promise<Place> {
  const system = await startSystem(testShape());
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const { adminToken } = await setUpStaff(url);
  return { system, url, adminToken, admin: asker(url, () => adminToken) };
}

/** Settings as an organisation has them after a while, each naming others. */
async function fill({ admin }: Place): Promise<void> {
  const { team } = await tell<{ team: { id: string } }>(admin, 'saveTeam', { name: '夜班组', key: 'night_shift', capacity: 12 }, 'team { id }');
  const { businessHours } = await tell<{ businessHours: { id: string } }>(admin, 'saveBusinessHours', {
    name: '工作日', key: 'weekdays', timeZone: 'Asia/Shanghai', scope: 'NEW_ONLY', intervals: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '18:00' })),
    specialDays: [{ date: '2027-01-01', name: '元旦', kind: 'HOLIDAY', intervals: [] }],
  }, 'businessHours { id }');
  const { queue: later } = await tell<{ queue: { id: string } }>(admin, 'saveQueue', { name: '候补', key: 'z_second', teamIds: [team.id] }, 'queue { id }');
  const { queue } = await tell<{ queue: { id: string } }>(admin, 'saveQueue', {
    name: '支付: "加急"', key: 'a_payments', teamIds: [team.id], strategy: ['SKILL', 'LEAST_LOAD'], skills: [{ name: '支付', level: 3 }], acceptSeconds: 30, overflowQueueId: later.id, overflowSeconds: 90, businessHoursId: businessHours.id, closedAction: 'OVERFLOW',
    closedWords: { zh: '九点开始', en: 'From nine' },
  }, 'queue { id }');
  await tell(admin, 'saveRole', { name: '质检员', grants: [{ permission: 'conversation:read', scope: 'ALL' }, { permission: 'agent:read', scope: 'TEAM' }], clearMasks: [] }, 'role { id }');
  const { category } = await tell<{ category: { id: string } }>(admin, 'saveCategory', { key: 'REFUND', nameZh: '退款', nameEn: 'Refund', parentId: null }, 'category { id }');
  await tell(admin, 'saveCategory', {
    key: 'REFUND_LATE', nameZh: '退款超时', nameEn: 'Late refund', parentId: category.id, requiredFields: ['amount'],
    fieldsSchema: { type: 'object', properties: { amount: { type: 'number', title: '金额', titleEn: 'Amount', minimum: 0 }, way: { type: 'string', title: '方式', titleEn: 'Way', enum: ['card', 'cash'] } } },
  }, 'category { id }');
  await tell(admin, 'saveAutomationRule', {
    name: '退款转夜班', trigger: 'TICKET_CREATED', conditions: { categoryIds: [category.id], priorities: ['P1'] }, steps: [{ verb: 'ASSIGN_TEAM', value: 'night_shift' }, { verb: 'ADD_TAG', value: '退款' }], idempotencyKey: randomUUID(),
  }, 'rule { id }');
  const rules = [{ name: '支付', conditions: [{ field: 'FORM', values: ['topic=payment'] }], queueId: queue.id, priority: 'P1' }, { name: '其他', conditions: [], queueId: later.id }];
  const { version } = await tell<{ version: { id: string } }>(admin, 'saveRoutingRules', { rules, defaultQueueId: later.id }, 'version { id }');
  await tell(admin, 'dryRunRoutingRules', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id }');
  await vi.waitFor(async () => expect((await admin<{ routingRuleVersions: { nodes: { dryRun: { state: string } | null }[] } }>('{ routingRuleVersions(first: 1) { nodes { dryRun { state } } } }')).routingRuleVersions.nodes[0]!.dryRun?.state).toBe('DONE'), { timeout: 30_000, interval: 100 });
  await tell(admin, 'activateRoutingRules', { versionId: version.id }, 'version { id }');
}

beforeAll(async () => {
  [filled, fresh] = await Promise.all([open(), open()]);
  await fill(filled);
}, 240_000);
afterAll(async () => {
  await Promise.all([filled?.system.stop(), fresh?.system.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command as a pipeline does. */
function config(place: Place, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], { env: { ...process.env, LANG: 'C', CARELINE_URL: place.url, CARELINE_TOKEN: place.adminToken, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const textsOf = (name: string) => Object.fromEntries(readdirSync(inFolder(name)).map((file) => [file, readFileSync(join(inFolder(name), file), 'utf8')]));

describe('settings as files', { timeout: 120_000 }, () => {
  it('come out of one system, go into another, and come out of that letter by letter the same', async () => {
    expect(await config(filled, ['export', inFolder('one')])).toMatchObject({ code: 0, err: '' });
    const dry = await config(fresh, ['apply', inFolder('one'), '--dry-run']);
    expect(dry).toMatchObject({ code: 0, err: '' });
    for (const line of ['+ teams/night_shift', '+ business-hours/weekdays', '+ roles/质检员', '+ categories/REFUND_LATE', '+ automation-rules/退款转夜班']) expect(dry.out).toContain(line);
    // What is named comes first, however the file has it.
    expect(dry.out.indexOf('+ queues/z_second')).toBeLessThan(dry.out.indexOf('+ queues/a_payments'));
    expect((await fresh.admin<{ teams: { nodes: { key: string }[] } }>('{ teams(first: 50) { nodes { key } } }')).teams.nodes.map(({ key }) => key)).not.toContain('night_shift');
    const done = await config(fresh, ['apply', inFolder('one')]);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(await config(fresh, ['apply', inFolder('one')])).toMatchObject({ code: 0, out: expect.stringMatching(/^nothing to do: \d+ as they should be\n$/), err: '' });
    await config(fresh, ['export', inFolder('two')]);
    expect(textsOf('two')).toEqual(textsOf('one'));
    expect(JSON.stringify(textsOf('one'))).not.toMatch(/\b(que|tem|bhr|cat|rol|aur|slp|agt)_[0-7][0-9a-z]{25}\b|example\.com/);
  });

  it('say field by field what differs, change only that, and leave alone what no file has', async () => {
    cpSync(inFolder('one'), inFolder('changed'), { recursive: true });
    const path = join(inFolder('changed'), 'queues.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('acceptSeconds: 30', 'acceptSeconds: 45').replace(/^- key: z_second/m, '- key: z_third').replace('overflowQueue: z_second', 'overflowQueue: z_third'));
    const { code, out } = await config(fresh, ['apply', inFolder('changed')]);
    expect(code).toBe(0);
    expect(out).toContain('~ queues/a_payments acceptSeconds: 30 -> 45');
    expect(out).toContain('~ queues/a_payments overflowQueue: "z_second" -> "z_third"');
    expect(out).toContain('  queues/z_second is in no file and stays as it is');
    const { queues } = await fresh.admin<{ queues: { nodes: { key: string; acceptSeconds: number; overflowQueue: { key: string } | null }[] } }>('{ queues(first: 50) { nodes { key acceptSeconds overflowQueue { key } } } }');
    expect(queues.nodes.find(({ key }) => key === 'a_payments')).toMatchObject({ acceptSeconds: 45, overflowQueue: { key: 'z_third' } });
  });

  it('name each mistake at its line and column, say what to do, and change nothing', async () => {
    const broken: [file: string, text: string, expected: string][] = [
      ['queues', '- key: x\n  name: [', ':2:10 '],
      ['queues', 'key: x\n', ':1:1 Write a list here'],
      ['queues', '- key: x\n  name: X\n  colour: red\n', ':3:3 There is no field colour. The fields are: key, name, teams'],
      ['queues', '- name: X\n', ':1:3 Say its key.'],
      ['queues', '- key: x\n  name: X\n- key: x\n  name: Y\n', ':3:8 There are two called x.'],
      ['queues', '- key: x\n  name: X\n  teams: [night_shift, nobody]\n', ':3:24 teams has no nobody.'],
      ['routing-rules', 'rules:\n  - name: A\n    queue: nowhere\n', ':3:12 queues has no nowhere.'],
      ['routing-rules', '- name: A\n', ':1:1 Write one map here'],
      ['automation-rules', '- name: A\n  trigger: TICKET_CREATED\n  conditions:\n    categoryIds: [GONE]\n  steps: []\n', ':4:19 categories has no GONE.'],
    ];
    const before = (await config(fresh, ['export', inFolder('before')])).code;
    expect(before).toBe(0);
    for (const [file, text, expected] of broken) {
      const place = mkdtempSync(join(folder, 'broken-'));
      writeFileSync(join(place, `${file}.yaml`), text);
      const { code, out, err } = await config(fresh, ['check', place]);
      expect(out).toContain(`${join(place, `${file}.yaml`)}${expected}`);
      expect(err).toContain('1 mistake; nothing was changed');
      expect(code).toBe(1);
    }
    await config(fresh, ['export', inFolder('after')]);
    expect(textsOf('after')).toEqual(textsOf('before'));
  });

  it('stop where the server refuses, at that place in the file, and go on from there', async () => {
    const place = mkdtempSync(join(folder, 'refused-'));
    const write = (seconds: string) => writeFileSync(join(place, 'queues.yaml'), `- key: first_one\n  name: First\n  acceptSeconds: 10\n- key: second_one\n  name: Second\n  acceptSeconds: ${seconds}\n`);
    write('999');
    const refused = await config(fresh, ['apply', place]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('queues/second_one was refused; 1 change was made before it.') });
    expect(refused.out).toContain(`${join(place, 'queues.yaml')}:6:18 `);
    write('soon');
    expect((await config(fresh, ['apply', place])).out).toContain(`${join(place, 'queues.yaml')}:6:18 Int cannot represent`);
    write('20');
    expect(await config(fresh, ['apply', place])).toMatchObject({ code: 0, out: expect.stringContaining('1 changed, 1 as they should be') });
  });

  it('need a token that may do it, and say so', async () => {
    const issue = async (permissions: readonly string[]) => (await tell<{ secret: string }>(filled.admin, 'issueToken', {
      name: 'deploy', grants: permissions.map((permission) => ({ permission, scope: 'ALL' })), expiresAt: new Date(Date.now() + 3_600_000).toISOString(), idempotencyKey: randomUUID(),
    }, 'secret')).secret;
    const reader = await issue(PERMISSIONS.filter((permission) => permission.endsWith(':read')));
    expect(await config(filled, ['apply', inFolder('one')], { CARELINE_TOKEN: await issue(PERMISSIONS) })).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    const place = mkdtempSync(join(folder, 'forbidden-'));
    writeFileSync(join(place, 'teams.yaml'), '- key: new_team\n  name: New\n');
    expect(await config(filled, ['apply', place], { CARELINE_TOKEN: reader })).toMatchObject({ code: 3, err: expect.stringContaining('FORBIDDEN') });
    expect(await config(filled, ['apply', place], { CARELINE_TOKEN: '' })).toMatchObject({ code: 2, err: expect.stringContaining('CARELINE_TOKEN is missing') });
    expect(await config(filled, ['put', place])).toMatchObject({ code: 2, err: expect.stringContaining('export FOLDER, check FOLDER, or apply FOLDER') });
  });
});
