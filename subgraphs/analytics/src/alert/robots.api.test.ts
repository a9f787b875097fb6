import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { reachableWith } from '@careline/kit/outbound';
import { MINUTE, SECOND } from '@careline/kit/time';
import { createHmac, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';
import { endedClock, tellClocks } from '../testing/ended-clocks.ts';
import { openHookServer, type HookServer } from '../testing/hook-server.ts';

const admin = agentIdentity({ role: 'admin' });
let world: World;
let hook: HookServer;

beforeEach(async () => {
  hook = await openHookServer();
  world = await createTestWorld(createAnalytics, { deps: { reachable: reachableWith(['127.0.0.0/8']) } });
  await world.runJobs();
  return async () => {
    await world.close();
    await hook.close();
  };
});

const ask = async (document: string, variables: object = {}) => {
  const { data, errors } = await world.execute('analytics', document, variables as Record<string, unknown>, admin);
  expect(errors).toBeUndefined();
  return data;
};
const tell = async (verb: string, input: object, selection: string) =>
  (await ask(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${selection} userErrors { code field } } }`, { input }))[verb];
const add = (input: object) => tell('addAlertRecipient', { idempotencyKey: randomUUID(), ...input }, 'recipient { id } secret');
const recipients = async () => (await ask('{ alertRecipients { kind lastDelivery { state tryCount fault } } }')).alertRecipients;
async function after(ms: number): Promise<void> {
  world.clock.advance(ms);
  await world.runJobs();
}
/** So many more first responses end at this moment. */
const end = (met: number, breached: number) => tellClocks(world, [
  ...Array.from({ length: met }, () => endedClock(world.clock.now())), ...Array.from({ length: breached }, () => endedClock(world.clock.now(), { state: 'BREACHED' })),
]);

describe('groups of messengers', () => {
  it('are told as robots of groups, each in the words and with the signature of its messenger', async () => {
    const key = 'SEC6f1ed0a83b2c4d5e';
    const robots = { WECOM: '?key=693a91f6', DINGTALK: '?access_token=ab12', FEISHU: '/v2/hook/9f3e', SLACK: '/T0/B0/x9' };
    const signed = (hmacKey: string, text: string) => createHmac('sha256', hmacKey).update(text).digest('base64');
    for (const [kind, path] of Object.entries(robots)) await add({ kind, address: `${hook.url}${path}`, signingKey: kind === 'DINGTALK' || kind === 'FEISHU' ? key : null });
    hook.answer = '{"errcode":0,"code":0}';
    await end(10, 10);
    await after(MINUTE);
    await after(SECOND);
    const of = (path: string) => hook.heard.find((one) => one.path.startsWith(`/hook${path}`))!;
    const parsed = (path: string) => JSON.parse(of(path).body);
    const link = /http:\/\/careline\.test\/alerts\/alt_/;
    expect(parsed(robots.WECOM)).toEqual({ msgtype: 'markdown', markdown: { content: expect.stringMatching(/^\*\*Careline 达标率预警 · Attainment warning\*\*\n\n.*50\.0%/) } });
    const toDingTalk = new URL(of(robots.DINGTALK).path, hook.url).searchParams;
    expect(toDingTalk.get('access_token')).toBe('ab12');
    expect(toDingTalk.get('sign')).toBe(signed(key, `${toDingTalk.get('timestamp')}\n${key}`));
    expect(Math.abs(Number(toDingTalk.get('timestamp')) - world.clock.now())).toBeLessThan(2 * MINUTE);
    expect(parsed(robots.DINGTALK)).toMatchObject({ msgtype: 'markdown', markdown: { title: 'Careline 达标率预警 · Attainment warning', text: expect.stringMatching(link) } });
    const toFeishu = parsed(robots.FEISHU);
    expect(toFeishu.sign).toBe(signed(`${toFeishu.timestamp}\n${key}`, ''));
    expect(toFeishu.timestamp).toMatch(/^\d{10}$/);
    expect(toFeishu).toMatchObject({ msg_type: 'post', content: { post: { zh_cn: { content: [[{ tag: 'text', text: expect.stringContaining('50.0%') }], [{ tag: 'text' }], [{ tag: 'a', href: expect.stringMatching(link) }]] } } } });
    expect(parsed(robots.SLACK).text).toMatch(link);
    // Slack says ok in words, so what pleased the others is no answer of its.
    expect((await recipients()).map(({ kind, lastDelivery }: any) => [kind, lastDelivery.state, lastDelivery.fault])).toEqual([
      ['WECOM', 'SENT', null], ['DINGTALK', 'SENT', null], ['FEISHU', 'SENT', null], ['SLACK', 'PENDING', 'answer not understood'],
    ]);
    hook.answer = 'ok';
    await after(5 * SECOND);
    expect((await recipients()).find(({ kind }: any) => kind === 'SLACK').lastDelivery).toMatchObject({ state: 'SENT', tryCount: 2 });
  });

  it('are tried again when a robot answers 200 and a number that is not 0', async () => {
    const { recipient } = await add({ kind: 'DINGTALK', address: `${hook.url}?access_token=ab12` });
    hook.answer = '{"errcode":310000,"errmsg":"sign not match"}';
    await tell('testAlertRecipient', { recipientId: recipient.id }, 'recipient { id }');
    await after(SECOND);
    expect((await recipients())[0].lastDelivery).toMatchObject({ state: 'PENDING', tryCount: 1, fault: 'robot said 310000' });
    hook.answer = '{"errcode":0,"errmsg":"ok"}';
    await after(5 * SECOND);
    expect((await recipients())[0].lastDelivery).toMatchObject({ state: 'SENT', tryCount: 2, fault: null });
  });

  it('keep a signing key only where there are signatures, and leave no password of a robot in the record', async () => {
    const refused = async (input: object) => (await add(input)).userErrors[0]?.field ?? null;
    for (const kind of ['WECOM', 'SLACK', 'WEBHOOK']) expect(await refused({ kind, address: hook.url, signingKey: 'SEC1' })).toEqual(['signingKey']);
    for (const signingKey of ['two words', '键', 'x'.repeat(101)]) expect(await refused({ kind: 'FEISHU', address: hook.url, signingKey })).toEqual(['signingKey']);
    const { secret } = await add({ kind: 'FEISHU', address: `${hook.url}/v2/hook/9f3e`, signingKey: 'SEC-kept' });
    expect(secret).toBeNull();
    await world.drainEvents();
    const { auditEntries } = await ask('{ auditEntries(first: 10) { nodes { verb before after } } }');
    expect(JSON.stringify(auditEntries)).toContain(new URL(hook.url).origin);
    expect(JSON.stringify(auditEntries)).not.toMatch(/9f3e|SEC-kept/);
  });
});
