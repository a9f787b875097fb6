import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { arrive, asker, tell, type Ask } from '../../harness/people.ts';
import { DEMO_PASSWORD } from './busy-desk.ts';
import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';
import { VisitorPage } from './visitor-page.ts';

const LONG_NAME = 'Alexandra Featherstonehaugh-Montgomery';
const WORDS = {
  zh: { asked: '包裹明天能送到吗？急着用', answered: '您好，我帮您查一下物流。', secret: '您的初始密码是8047', note: '这位客户上个月投诉过两次', now: '已经联系仓库，今天发出。', later: '早上好，包裹今天上午会送到，请保持电话畅通。如果不方便签收，可以放到小区的快递柜。', stopped: '物流显示还在中转，我明早再帮您看。', theirs: '财务已经确认，发票周一寄出。' },
  en: { asked: 'Will the parcel arrive tomorrow? I need it', answered: 'Hello, let me look at the shipment.', secret: 'Your first password is 8047', note: 'This customer complained twice last month', now: 'I have called the warehouse, it leaves today.', later: 'Good morning, your parcel arrives before noon today, please keep your phone at hand. It can also be left in the parcel locker of your building.', stopped: 'It is still on its way, I will look again tomorrow morning.', theirs: 'Accounting confirmed, the invoice goes out on Monday.' },
} as const;
type Words = Record<keyof (typeof WORDS)['zh'], string>;

const signedIn = new Map<string, Promise<Ask>>();

/** Signs in once for all pictures: sign-ins are limited. */
function as(url: string, name: string): Promise<Ask> {
  const signing = async () => {
    const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: `${name}@demo.careline.example`, password: DEMO_PASSWORD }, 'accessToken');
    return asker(url, () => accessToken);
  };
  if (!signedIn.has(name)) signedIn.set(name, signing());
  return signedIn.get(name)!;
}

interface Told {
  id: string;
  words: Words;
  agent: Ask;
  colleague: Ask;
  /** The customer. */
  ask: Ask;
}

const idOf = async (ask: Ask) => (await ask<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }')).viewer.agent.id;
const speak = (ask: Ask, conversationId: string, text: string, more: object = {}) => tell<{ message: { id: string } }>(ask, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text, ...more }, 'message { id }');

/** A conversation of the demo's agent in which both have spoken. */
async function told({ url, language }: Stage): Promise<Told> {
  const words = WORDS[language];
  const [admin, agent, colleague] = await Promise.all(['admin', 'agent', 'supervisor'].map((name) => as(url, name))) as [Ask, Ask, Ask];
  await tell(admin, 'updateAgent', { agentId: await idOf(colleague), displayName: LONG_NAME }, 'agent { id }');
  const { ask, conversationId: id, client } = await arrive(url, 'demo');
  await speak(ask, id, words.asked);
  client.close();
  const { conversation } = await admin<{ conversation: { customer: { id: string }; agent: { id: string } | null } }>('query ($id: ID!) { conversation(id: $id) { customer { id } agent { id } } }', { id });
  await tell(admin, 'updateCustomer', { customerId: conversation.customer.id, displayName: '李婷', company: '北京云栖数智科技有限公司' }, 'customer { id }');
  const agentId = await idOf(agent);
  if (conversation.agent?.id !== agentId) await tell(admin, 'assignConversation', { conversationId: id, agentId, expectedAgentId: conversation.agent?.id ?? null }, 'conversation { id }');
  await speak(agent, id, words.answered, { lastSeenSeq: 999 });
  return { id, words, agent, colleague, ask };
}

async function open(stage: Stage, { id }: Told, email?: string): Promise<Page> {
  const page = await signIn(stage, email);
  await page.goto(`${stage.url}/inbox/mine/${id}`);
  await page.locator('.stream .bub').first().waitFor();
  return page;
}

const schedule = (ask: Ask, { id }: Told, text: string, more: object) => tell(ask, 'scheduleMessage', { conversationId: id, clientMessageId: randomUUID(), text, lastSeenSeq: 999, ...more }, 'scheduledMessage { id }');
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** One's own for tomorrow, one of a colleague, one that was stopped. */
async function waiting(stage: Stage): Promise<Page> {
  const story = await told(stage);
  const { conversation } = await story.agent<{ conversation: { lastSeq: number } }>('query ($id: ID!) { conversation(id: $id) { lastSeq } }', { id: story.id });
  await schedule(story.agent, story, story.words.stopped, { delaySeconds: 2, lastSeenSeq: conversation.lastSeq });
  await speak(story.ask, story.id, story.words.asked);
  const page = await open(stage, story);
  await page.locator('.turn .state.bad').waitFor({ timeout: 20_000 });
  await schedule(story.agent, story, story.words.later, { sendAt: inDays(1) });
  await schedule(story.colleague, story, story.words.theirs, { sendAt: inDays(3), isSentAnyway: true });
  await page.locator('.bub.waiting').nth(2).waitFor();
  return page;
}

/** A reply, a note and a colleague's words, taken back; `email` looks at them. */
async function recalled(stage: Stage, email?: string): Promise<Page> {
  const story = await told(stage);
  const { id, words, agent, colleague } = story;
  const page = await open(stage, story, email);
  const messages = [
    await speak(agent, id, words.secret, { lastSeenSeq: 999 }),
    await tell<{ message: { id: string } }>(agent, 'addNote', { conversationId: id, clientMessageId: randomUUID(), text: words.note }, 'message { id }'),
    await speak(colleague, id, words.theirs, { lastSeenSeq: 999, confirm: true }),
  ];
  await page.locator('.stream .bub').filter({ hasText: words.theirs }).waitFor();
  for (const [index, { message }] of messages.entries()) await tell(index === 2 ? colleague : agent, 'recallMessage', { messageId: message.id }, 'message { id }');
  await page.locator('.bub.gone').nth(2).waitFor();
  return page;
}

async function undo(stage: Stage): Promise<void> {
  const story = await told(stage);
  const page = await open(stage, story);
  await schedule(story.agent, story, story.words.now, { delaySeconds: 30, isSentAnyway: true });
  await page.locator('.bub.waiting').waitFor();
}

async function menu(stage: Stage): Promise<Page> {
  const story = await told(stage);
  const page = await open(stage, story);
  await page.locator('.composer textarea').fill(story.words.later);
  await page.locator('.composer .split .btn').last().click();
  await page.getByRole('menuitemcheckbox').waitFor();
  return page;
}

async function asking(stage: Stage): Promise<void> {
  const story = await told(stage);
  const page = await open(stage, story);
  await speak(story.agent, story.id, story.words.secret, { lastSeenSeq: 999 });
  await page.locator('.said').filter({ hasText: story.words.secret }).getByRole('button').click();
  await page.locator('.dialog .quote').waitFor();
}

async function widget(stage: Stage): Promise<Locator> {
  const screen = new VisitorPage(stage.page);
  await stage.page.goto(`${stage.url}/demo?lang=${stage.language}`);
  await stage.page.getByRole('button', { name: say(stage, '在线客服', 'Open chat') }).click();
  await screen.frame.locator('button.primary').click();
  await screen.frame.locator('textarea').last().fill(WORDS[stage.language].asked);
  const started = stage.page.waitForResponse((response) => (response.request().postData() ?? '').includes('startConversation'));
  await screen.frame.locator('textarea').last().press('Enter');
  const { data } = (await (await started).json()) as { data: { startConversation: { conversation: { id: string } } } };
  const { id } = data.startConversation.conversation;
  await screen.frame.locator('.turn.out .state').last().waitFor();
  const admin = await as(stage.url, 'admin');
  await speak(admin, id, WORDS[stage.language].answered, { lastSeenSeq: 999, confirm: true });
  const { message } = await speak(admin, id, WORDS[stage.language].secret, { lastSeenSeq: 999, confirm: true });
  await screen.frame.locator('.bub').filter({ hasText: '8047' }).waitFor();
  await tell(admin, 'recallMessage', { messageId: message.id }, 'message { id }');
  await screen.frame.locator('.bub.gone').waitFor();
  return stage.page.locator('iframe');
}

/** Replies that wait for their time or can be undone, and messages taken back, for pictures. */
export const LATER_SCENES: Scene[] = [
  { name: 'later-undo', languages: LANGUAGES, draw: undo },
  { name: 'later-undo-phone', languages: LANGUAGES, phone: true, draw: undo },
  { name: 'later-menu', languages: LANGUAGES, draw: async (stage) => void (await menu(stage)) },
  { name: 'later-menu-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await menu(stage)) },
  { name: 'later-time', languages: LANGUAGES, draw: async (stage) => {
    const page = await menu(stage);
    await page.getByRole('menuitem').last().click();
    await page.locator('.dialog input[type=datetime-local]').fill('2020-01-01T09:00');
    await page.keyboard.press('Enter');
    await page.locator('.dialog .hint.bad').waitFor();
  } },
  { name: 'later-waiting', languages: LANGUAGES, draw: async (stage) => void (await waiting(stage)) },
  { name: 'later-waiting-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await waiting(stage)) },
  { name: 'later-delete', languages: ['zh'], draw: async (stage) => {
    const page = await waiting(stage);
    await page.locator('.turn .state button').last().scrollIntoViewIfNeeded();
    await page.locator('.turn').filter({ hasText: WORDS[stage.language].later }).locator('.state button').last().click();
    await page.locator('.dialog .quote').waitFor();
  } },
  { name: 'recall-ask', languages: LANGUAGES, draw: asking },
  { name: 'recall-ask-phone', languages: LANGUAGES, phone: true, draw: asking },
  { name: 'recall-done', languages: LANGUAGES, draw: async (stage) => void (await recalled(stage)) },
  { name: 'recall-done-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await recalled(stage)) },
  { name: 'recall-reveal', languages: LANGUAGES, draw: async (stage) => {
    const page = await recalled(stage, 'admin@demo.careline.example');
    for (const [index, reason] of ['核实投诉', null].entries()) {
      await page.locator('.bub.gone').nth(index).getByRole('button').last().click();
      if (reason) await page.locator('.dialog input').fill(reason);
      await page.keyboard.press('Enter');
      if (reason) await page.locator('.bub.shown').waitFor();
    }
    await page.locator('.dialog .hint.bad').waitFor();
  } },
  { name: 'recall-widget', languages: LANGUAGES, draw: widget },
];
