import { agentIdentity, createTestWorld, openMailServer, type MailServer, type World } from '@careline/kit/testing';
import { reachableWith, signHook, smtpMailer } from '@careline/kit/outbound';
import { registry } from '@careline/kit/observe';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';
import { endedClock, tellClocks } from '../testing/ended-clocks.ts';

const ALERT = 'id kind name text value threshold ticketIds conversationIds raisedAt clearedAt acknowledgedBy { id }';
const ALERTS = `query ($filter: AlertFilter, $first: Int, $after: String) { alerts(filter: $filter, first: $first, after: $after) { nodes { ${ALERT} } pageInfo { hasNextPage endCursor } totalCount } }`;
const CHANGED = `subscription ($afterSeq: Int) { alertChanged(afterSeq: $afterSeq) { __typename seq ... on AlertChanged { alert { ${ALERT} } } } }`;
const RECIPIENT = 'id kind address lastDelivery { occasion state tryCount nextTryAt endedAt fault }';

const admin = agentIdentity({ role: 'admin' });
const supervisor = agentIdentity({ role: 'supervisor' });
let world: World;
let mail: MailServer;
let hook: { url: string; status: number; says: string; heard: { delivery: string; signature: string; body: string; path: string }[]; server: Server };

beforeEach(async () => {
  mail = await openMailServer();
  hook = await openHook();
  world = await createTestWorld(createAnalytics, { deps: { mailer: smtpMailer(mail.url, 'careline@example.com'), reachable: reachableWith(['127.0.0.0/8']) } });
  await world.runJobs();
  return async () => {
    await world.close();
    await mail.close();
    await new Promise((resolve) => hook.server.close(resolve));
  };
});

async function openHook(): Promise<typeof hook> {
  const heard: typeof hook.heard = [];
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => {
      heard.push({ delivery: String(req.headers['careline-delivery']), signature: String(req.headers['careline-signature']), body, path: req.url! });
      res.writeHead(opened.status).end(opened.says);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const opened = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, status: 200, says: '', heard, server };
  return opened;
}

const ask = async (document: string, variables: object = {}, viewer = admin, locale: 'EN' | 'ZH_CN' = 'EN') => {
  const { data, errors } = await world.execute('analytics', document, variables as Record<string, unknown>, viewer, { locale });
  if (errors) throw new Error(errors.map((error) => `${String(error.extensions.code)} ${error.message}`).join('; '));
  return data;
};
const alerts = async (variables: object = {}, viewer = admin) => (await ask(ALERTS, { first: 100, ...variables }, viewer)).alerts;
const tell = async (verb: string, input: object, selection: string, viewer = admin) =>
  (await ask(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer))[verb];
const add = (input: object, viewer = admin) => tell('addAlertRecipient', { idempotencyKey: randomUUID(), ...input }, `recipient { ${RECIPIENT} } secret`, viewer);
const recipients = async (viewer = admin) => (await ask(`{ alertRecipients { ${RECIPIENT} } }`, {}, viewer)).alertRecipients;
async function after(ms: number): Promise<void> {
  world.clock.advance(ms);
  await world.runJobs();
}
/** So many more first responses end at this moment. */
const end = (met: number, breached: number) => tellClocks(world, [
  ...Array.from({ length: met }, () => endedClock(world.clock.now())), ...Array.from({ length: breached }, () => endedClock(world.clock.now(), { state: 'BREACHED' })),
]);

describe('the attainment warning', () => {
  it('comes on within a minute below 95.0 %, not at it, with the tickets responsible', async () => {
    await end(19, 1);
    await after(MINUTE);
    expect((await alerts()).nodes).toEqual([]);
    const missed = endedClock(world.clock.now() + SECOND, { state: 'BREACHED' });
    await tellClocks(world, [missed]);
    await after(MINUTE);
    const { nodes, totalCount } = await alerts();
    expect(totalCount).toBe(1);
    expect(nodes[0]).toMatchObject({ kind: 'WARNING', name: 'attainment_below_95', threshold: 0.95, clearedAt: null, acknowledgedBy: null, conversationIds: [], text: 'First-response attainment of tickets on 2026-11-23 is 90.4%, below 95.0%: 21 ended, 19 met, 2 missed.' });
    expect(nodes[0].value).toBeCloseTo(19 / 21);
    expect(nodes[0].ticketIds).toHaveLength(2);
    expect(nodes[0].ticketIds[0]).toBe(missed.ticketId);
    expect((await ask(ALERTS, { first: 1 }, admin, 'ZH_CN')).alerts.nodes[0].text).toContain('首次响应达标率 90.4%');
  });

  it('is one for each crossing: it stays on until well above, then comes anew', async () => {
    await end(18, 2);
    await after(MINUTE);
    await end(20, 0);
    await after(MINUTE);
    expect((await alerts()).nodes.map((alert: any) => alert.clearedAt)).toEqual([null]);
    await end(5, 0);
    await after(MINUTE);
    expect((await alerts()).nodes.map((alert: any) => alert.clearedAt)).toEqual([new Date(world.clock.now()).toISOString()]);
    await end(0, 3);
    await after(MINUTE);
    await after(MINUTE);
    expect((await alerts()).nodes.map((alert: any) => alert.clearedAt === null)).toEqual([true, false]);
  });

  it('ends with the local day, and the next begins with nothing', async () => {
    await end(10, 10);
    await after(MINUTE);
    world.clock.set(Date.parse('2026-11-23T15:59:59Z'));
    await world.runJobs();
    expect((await alerts({ filter: { isOn: true } })).nodes).toHaveLength(1);
    world.clock.set(Date.parse('2026-11-23T16:00:05Z'));
    await world.runJobs();
    await after(MINUTE);
    expect((await alerts({ filter: { isOn: true } })).nodes).toEqual([]);
    expect((await alerts()).nodes).toHaveLength(1);
  });

  it('counts first responses alone, and shows the same number as a gauge', async () => {
    await end(38, 2);
    await tellClocks(world, Array.from({ length: 30 }, () => endedClock(world.clock.now(), { state: 'BREACHED', target: 'RESOLUTION' })));
    await after(MINUTE);
    expect((await alerts()).nodes).toEqual([]);
    const printed = await registry.metrics();
    expect(printed).toMatch(/^careline_sla_attainment_ratio\{[^}]*target="FIRST_RESPONSE"[^}]*\} 0\.95$/m);
    expect(printed).toMatch(/^careline_sla_attainment_sample\{[^}]*target="FIRST_RESPONSE"[^}]*\} 40$/m);
  });

  it('is raised once by two workers that look at the same moment', async () => {
    const other = await createAnalytics({ ...world.deps });
    await end(10, 10);
    await other.startWorker();
    world.clock.advance(MINUTE);
    await Promise.all([world.runJobs(), world.runJobs()]);
    expect((await alerts()).nodes).toHaveLength(1);
    await other.stop();
  });
});

describe('alertChanged', () => {
  it('gives what is on first, then each change, and after a cut everything since', async () => {
    await end(10, 10);
    await after(MINUTE);
    const stream = await world.subscribe('analytics', CHANGED, {}, supervisor);
    const next = async (from = stream) => (await from.next()).value.data.alertChanged;
    const first = await next();
    expect(first).toMatchObject({ __typename: 'AlertChanged', alert: { clearedAt: null, acknowledgedBy: null } });
    await tell('acknowledgeAlert', { alertId: first.alert.id }, 'alert { id }', supervisor);
    const second = await next();
    expect(second).toMatchObject({ seq: first.seq + 1, alert: { acknowledgedBy: { id: supervisor.id } } });
    await stream.return!();
    await end(400, 0);
    await after(MINUTE);
    const again = await world.subscribe('analytics', CHANGED, { afterSeq: second.seq }, supervisor);
    expect(await next(again)).toMatchObject({ seq: second.seq + 1, alert: { id: first.alert.id, clearedAt: expect.any(String) } });
    await again.return!();
  });
});

describe('acknowledging', () => {
  it('lets exactly one of two take a warning, leaves an audit entry, and keeps it on', async () => {
    await end(10, 10);
    await after(MINUTE);
    const [{ id }] = (await alerts()).nodes;
    const rivals = [supervisor, agentIdentity({ role: 'supervisor' })];
    const answers = await Promise.all(rivals.map((viewer) => tell('acknowledgeAlert', { alertId: id }, 'alert { acknowledgedBy { id } }', viewer)));
    expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? null).sort()).toEqual(['ALREADY_ASSIGNED', null]);
    expect((await alerts({ filter: { isOn: true } })).nodes).toHaveLength(1);
    await world.drainEvents();
    const db = await world.database('analytics');
    expect(await db.query("SELECT verb, subject_id FROM audit_entries WHERE verb = 'alert:write'")).toEqual([{ verb: 'alert:write', subject_id: id }]);
  });

  it('refuses one that is off or does not exist, and who lacks the permission', async () => {
    await end(10, 10);
    await after(MINUTE);
    await end(400, 0);
    await after(MINUTE);
    const [{ id }] = (await alerts()).nodes;
    const code = async (alertId: string) => (await tell('acknowledgeAlert', { alertId }, 'alert { id }')).userErrors[0].code;
    expect(await code(id)).toBe('WRONG_STATE');
    expect(await code('alt_nonsense')).toBe('NOT_FOUND');
    await expect(tell('acknowledgeAlert', { alertId: id }, 'alert { id }', agentIdentity())).rejects.toThrow('FORBIDDEN');
    await expect(alerts({}, agentIdentity())).rejects.toThrow('FORBIDDEN');
  });
});

describe('recipients', () => {
  it('are told by mail and by a signed POST when it comes on and when it goes off', async () => {
    const { recipient, secret } = await add({ kind: 'WEBHOOK', address: hook.url });
    expect(secret).toMatch(/^whsec_.{32}$/);
    await add({ kind: 'MAIL', address: 'Boss@Example.com' });
    await end(10, 10);
    await after(MINUTE);
    await world.runJobs();
    await after(SECOND);
    expect(mail.mails.map(({ to }) => to)).toEqual([['boss@example.com']]);
    expect(mail.mails[0]!.data).toContain('50.0%');
    const [{ body, signature }] = hook.heard as [(typeof hook.heard)[0]];
    const at = Number(/^t=(\d+),/.exec(signature)![1]);
    expect(signature).toBe(signHook(secret, body, at));
    expect(JSON.parse(body)).toMatchObject({ occasion: 'RAISED', alert: { name: 'attainment_below_95', value: 0.5, clearedAt: null }, url: expect.stringContaining('http://careline.test/alerts/alt_') });
    expect((await recipients()).map(({ lastDelivery }: any) => lastDelivery.state)).toEqual(['SENT', 'SENT']);
    await end(400, 0);
    await after(MINUTE);
    await after(SECOND);
    expect(hook.heard.map(({ body: text }) => JSON.parse(text).occasion)).toEqual(['RAISED', 'CLEARED']);
    expect(mail.mails).toHaveLength(2);
    expect(recipient.address).toBe(hook.url);
  });

  it('are tried again with longer and longer rests under the same id, and given up after ten tries', async () => {
    hook.status = 500;
    const { recipient } = await add({ kind: 'WEBHOOK', address: hook.url });
    await tell('testAlertRecipient', { recipientId: recipient.id }, 'recipient { id }');
    await after(SECOND);
    expect((await recipients())[0].lastDelivery).toMatchObject({ occasion: 'TEST', state: 'PENDING', tryCount: 1, fault: 'status 500', nextTryAt: new Date(world.clock.now() + 5 * SECOND).toISOString() });
    await after(4 * SECOND);
    expect(hook.heard).toHaveLength(1);
    for (let hours = 0; hours < 10; hours += 1) await after(12 * HOUR);
    expect((await recipients())[0].lastDelivery).toMatchObject({ state: 'FAILED', tryCount: 10, nextTryAt: null, fault: 'status 500' });
    await after(12 * HOUR);
    expect(hook.heard).toHaveLength(10);
    expect(new Set(hook.heard.map(({ delivery }) => delivery)).size).toBe(1);
  });

  it('are told in a group by its robot, signed with the key that was given, and again when the robot refuses', async () => {
    hook.says = '{"errcode":310000,"errmsg":"sign not match"}';
    const { recipient, secret } = await add({ kind: 'DINGTALK', address: `${hook.url}?access_token=abc`, secret: ' SECkey ' });
    expect(secret).toBeNull();
    await end(10, 10);
    await after(MINUTE);
    await after(SECOND);
    expect((await recipients())[0].lastDelivery).toMatchObject({ occasion: 'RAISED', state: 'PENDING', tryCount: 1, fault: 'robot said 310000' });
    hook.says = '{"errcode":0,"errmsg":"ok"}';
    await after(5 * SECOND);
    expect((await recipients())[0]).toMatchObject({ id: recipient.id, kind: 'DINGTALK', lastDelivery: { state: 'SENT', tryCount: 2, fault: null } });
    await world.drainEvents();
    const record = JSON.stringify((await ask('{ auditEntries(first: 5) { nodes { after } } }')).auditEntries);
    expect([record.includes(new URL(hook.url).origin), /abc|SECkey/.test(record)]).toEqual([true, false]);
    const { path, body } = hook.heard[1]!;
    const asked = new URL(path, hook.url).searchParams;
    expect(asked.get('access_token')).toBe('abc');
    expect(asked.get('sign')).toBe(createHmac('sha256', 'SECkey').update(`${asked.get('timestamp')}\nSECkey`).digest('base64'));
    const { msgtype, text } = JSON.parse(body);
    expect([msgtype, text.content]).toEqual(['text', expect.stringMatching(/^Careline 达标率预警[^]*50\.0%[^]*http:\/\/careline\.test\/alerts\/alt_/)]);
    const db = await world.database('analytics');
    const stored = JSON.stringify([await db.query('SELECT CAST(sealed_secret AS CHAR) s FROM alert_recipients'), await db.query('SELECT * FROM idempotency_keys'), await db.query('SELECT * FROM outbox')]);
    expect(stored).not.toContain('SECkey');
  });

  it.each(['MAIL', 'WEBHOOK', 'WECOM', 'SLACK'])('take no key for %s', async (kind) => {
    expect((await add({ kind, address: kind === 'MAIL' ? 'a@example.com' : hook.url, secret: 'x' })).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['secret'] });
  });

  it('are tested once while a test waits, and told no more once removed', async () => {
    hook.status = 503;
    const { recipient } = await add({ kind: 'WEBHOOK', address: hook.url });
    for (let time = 0; time < 2; time += 1) await tell('testAlertRecipient', { recipientId: recipient.id }, 'recipient { id }');
    await after(SECOND);
    expect(hook.heard).toHaveLength(1);
    expect((await tell('removeAlertRecipient', { recipientId: recipient.id }, 'removedId')).removedId).toBe(recipient.id);
    await after(HOUR);
    expect(hook.heard).toHaveLength(1);
    expect((await tell('removeAlertRecipient', { recipientId: recipient.id }, 'removedId')).userErrors[0].code).toBe('NOT_FOUND');
    expect((await tell('testAlertRecipient', { recipientId: recipient.id }, 'recipient { id }')).userErrors[0].code).toBe('NOT_FOUND');
  });

  it('come once for each address and key, at most twenty, and only with an address that is one', async () => {
    const idempotencyKey = randomUUID();
    const [first, again] = [await add({ kind: 'WEBHOOK', address: hook.url, idempotencyKey }), await add({ kind: 'WEBHOOK', address: hook.url, idempotencyKey })];
    expect(again).toEqual(first);
    const code = async (input: object) => (await add(input)).userErrors[0]?.code ?? null;
    expect(await code({ kind: 'WEBHOOK', address: hook.url })).toBe('ALREADY_EXISTS');
    for (const address of ['ftp://example.com/', 'https://a:b@example.com/', 'nonsense', '']) expect(await code({ kind: 'WEBHOOK', address })).toBe('INVALID');
    expect(await code({ kind: 'MAIL', address: 'nobody' })).toBe('INVALID');
    for (let place = 1; place < 20; place += 1) expect(await code({ kind: 'MAIL', address: `a${place}@example.com` })).toBeNull();
    expect(await code({ kind: 'MAIL', address: 'late@example.com' })).toBe('LIMIT_REACHED');
  });

  it('lie sealed, and only administrators see their addresses or change them', async () => {
    const { secret } = await add({ kind: 'WEBHOOK', address: hook.url });
    await add({ kind: 'MAIL', address: 'boss@example.com' });
    const db = await world.database('analytics');
    const stored = JSON.stringify([await db.query('SELECT CAST(sealed_address AS CHAR) a, CAST(sealed_secret AS CHAR) s FROM alert_recipients'), await db.query('SELECT * FROM idempotency_keys'), await db.query('SELECT * FROM outbox')]);
    for (const open of [secret, hook.url, 'boss@example.com']) expect(stored).not.toContain(open);
    expect((await recipients(supervisor)).map(({ address }: any) => address)).toEqual([null, null]);
    for (const verb of ['addAlertRecipient', 'removeAlertRecipient', 'testAlertRecipient']) {
      const input = verb === 'addAlertRecipient' ? { kind: 'MAIL', address: 'x@example.com', idempotencyKey: randomUUID() } : { recipientId: 'alr_x' };
      await expect(tell(verb, input, 'userErrors { code }', supervisor)).rejects.toThrow('FORBIDDEN');
    }
    await world.drainEvents();
    expect(await db.query("SELECT COUNT(*) AS count FROM audit_entries WHERE verb = 'alert:write'")).toEqual([{ count: 2 }]);
  });

  it('refuses mail while no mail server is set up', async () => {
    const bare = await createTestWorld(createAnalytics);
    const { data } = await bare.execute('analytics', 'mutation ($input: AddAlertRecipientInput!) { addAlertRecipient(input: $input) { userErrors { code } } }', { input: { kind: 'MAIL', address: 'x@example.com', idempotencyKey: randomUUID() } }, admin);
    expect(data.addAlertRecipient.userErrors).toEqual([{ code: 'NOT_AVAILABLE' }]);
    await bare.close();
  });
});
