import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { arrive, asker, tell, type Ask } from '../../harness/people.ts';
import { DEMO_PASSWORD } from './busy-desk.ts';
import { activatePolicy } from './missed-responses.ts';
import { LANGUAGES, signIn, type Scene, type Stage } from './stage.ts';

const POLICY = 'for: conversation\npriority: P0\nfirst_response: 1s\nresolution_time: 2h\n---\nfor: conversation\npriority: P1\nfirst_response: 40m\nresolution_time: 4h\n---\nfor: conversation\npriority: P2\nfirst_response: 30m\nresolution_time: 1d\n';
const STORIES = [
  { name: '李婷', company: null, priority: 'P0', text: '登录收不到短信验证码，我着急报税' },
  { name: '赵雪', company: '北京云栖数智科技有限公司', priority: 'P1', text: '发票抬头写错了，能不能重开？税号我再发一遍' },
  { name: 'Alexandra Featherstonehaugh-Montgomery', company: null, priority: 'P2', text: 'Our API has been answering 502 since this morning' },
];

let promised: Promise<void> | null = null;

async function as(url: string, name: string): Promise<Ask> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: `${name}@demo.careline.example`, password: DEMO_PASSWORD }, 'accessToken');
  return asker(url, () => accessToken);
}

/** Three conversations of the agent under promises: one missed, two that run; for all pictures once. */
async function promise(url: string): Promise<void> {
  const [admin, agent] = await Promise.all([as(url, 'admin'), as(url, 'agent')]);
  const { version } = await tell<{ version: { id: string } }>(admin, 'saveSlaPolicy', { name: '会话', content: { yaml: POLICY } }, 'version { id }');
  await activatePolicy(admin, version.id);
  const { viewer } = await agent<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }');
  for (const { name, company, priority, text } of STORIES) {
    const { ask, conversationId, client } = await arrive(url, 'demo');
    await tell(ask, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text }, 'message { seq }');
    client.close();
    const { conversation } = await admin<{ conversation: { customer: { id: string }; agent: { id: string } | null } }>('query ($id: ID!) { conversation(id: $id) { customer { id } agent { id } } }', { id: conversationId });
    await tell(admin, 'updateCustomer', { customerId: conversation.customer.id, displayName: name, company }, 'customer { id }');
    if (conversation.agent?.id !== viewer.agent.id) await tell(admin, 'assignConversation', { conversationId, agentId: viewer.agent.id, expectedAgentId: conversation.agent?.id ?? null }, 'conversation { id }');
    if (priority !== 'P2') await tell(admin, 'updateConversation', { conversationId, priority }, 'conversation { id }');
  }
}

async function clocks(stage: Stage): Promise<Page> {
  await (promised ??= promise(stage.url));
  const page = await signIn(stage);
  await page.locator('.conv .sla.breached').first().waitFor();
  return page;
}

/** What was promised to conversations, for pictures. */
export const CLOCK_SCENES: Scene[] = [
  { name: 'clocks-chat', languages: LANGUAGES, draw: async (stage) => {
    const page = await clocks(stage);
    await page.locator('.conv').filter({ has: page.locator('.sla.breached') }).first().click();
    await page.locator('.thread > header > .sla.breached').waitFor();
    await page.locator('.panel .sla').nth(1).waitFor().catch(() => {});
  } },
  { name: 'clocks-proof', languages: LANGUAGES, draw: async (stage) => {
    const page = await clocks(stage);
    await page.locator('.conv').filter({ has: page.locator('.sla.breached') }).first().click();
    await page.locator('.panel .sec .link').first().click();
    await page.locator('.proof tbody tr').first().waitFor();
  } },
  { name: 'clocks-phone', languages: LANGUAGES, phone: true, draw: async (stage) => {
    const page = await clocks(stage);
    await page.locator('.conv').last().click();
    await page.locator('.thread .bub').first().waitFor();
  } },
  { name: 'clocks-rows', languages: LANGUAGES, phone: true, draw: async (stage) => void (await clocks(stage)) },
  { name: 'clocks-policy', languages: ['zh'], draw: async (stage) => {
    await (promised ??= promise(stage.url));
    const page = await signIn(stage, 'admin@demo.careline.example');
    await page.goto(`${stage.url}/admin/sla_policies`);
    await page.locator('.tier').first().waitFor();
  } },
];
