import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { asker, tell, type Ask } from '../../harness/people.ts';
import { DEMO_PASSWORD } from './busy-desk.ts';
import { fillTickets } from './busy-tickets.ts';
import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

const FORM = { type: 'object', properties: {
  order_number: { type: 'string', title: '订单号', titleEn: 'Order number', maxLength: 40 }, amount: { type: 'number', title: '涉及金额（元）', titleEn: 'Amount in CNY', minimum: 0 },
  way: { type: 'string', title: '支付方式', titleEn: 'Way of payment', enum: ['微信支付', '支付宝', '银联', '对公转账'] }, urgent: { type: 'boolean', title: '影响上线', titleEn: 'Blocks a launch' },
  steps: { type: 'string', title: '复现步骤', titleEn: 'Steps to see it', format: 'multiline' }, parts: { type: 'array', title: '涉及模块', titleEn: 'Parts concerned', items: { type: 'string', enum: ['收银台', '对账', '退款', '发票'] } },
} };

interface Filled {
  number: string;
  trackingUrl: string;
}

let filled: Promise<Filled> | null = null;

async function as(url: string, name: string): Promise<Ask> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: `${name}@demo.careline.example`, password: DEMO_PASSWORD }, 'accessToken');
  return asker(url, () => accessToken);
}

/** A tree with a form, and a ticket with fields, followers, links and children. */
async function fill(url: string): Promise<Filled> {
  const number = await fillTickets(url);
  const [admin, ask] = [await as(url, 'admin'), await as(url, 'supervisor')];
  const { categories } = await admin<{ categories: { id: string; key: string }[] }>('{ categories { id key } }');
  const payment = categories.find(({ key }) => key === 'PAYMENT')!;
  const save = async (input: object) => (await tell<{ category: { id: string } }>(admin, 'saveCategory', input, 'category { id }')).category.id;
  await save({ categoryId: payment.id, fieldsSchema: FORM, requiredFields: ['order_number', 'way'] });
  const fees = await save({ key: 'FEES', nameZh: '手续费', nameEn: 'Fees', parentId: payment.id });
  await save({ key: 'FEES_ABROAD', nameZh: '境外银行卡手续费与约定不一致的长名称', nameEn: 'Fees on a card abroad that nobody had told of beforehand', parentId: fees });
  await save({ key: 'INVOICE', nameZh: '发票', nameEn: 'Invoice', parentId: payment.id, isRetired: true });
  const { ticket } = await ask<{ ticket: { id: string; customerId: string; trackingUrl: string } }>('query ($number: String!) { ticket(number: $number) { id customerId trackingUrl } }', { number });
  const { viewer, agents } = await ask<{ viewer: { agent: { id: string } }; agents: { nodes: { id: string }[] } }>('{ viewer { agent { id } } agents(first: 3) { nodes { id } } }');
  await tell(ask, 'updateTicket', { ticketId: ticket.id, fields: { order_number: 'DD-20261123-000912', amount: 1280, parts: ['收银台', '对账'] }, followerIds: [...new Set([viewer.agent.id, ...agents.nodes.map(({ id }) => id)])].slice(0, 2) }, 'ticket { id }');
  const make = async (subject: string, more: object = {}) => (await tell<{ results: { ticket: { id: string } }[] }>(ask, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, customerId: ticket.customerId, ...more }], idempotencyKey: randomUUID() }, 'results { ticket { id } }')).results[0]!.ticket;
  await make('同一回调问题：商户A的订单状态没有更新', { parentId: ticket.id });
  const child = await make('同一回调问题：商户B', { parentId: ticket.id, fields: { order_number: '1', way: '银联' } });
  await tell(ask, 'solveTicket', { ticketId: child.id }, 'ticket { id }');
  await tell(ask, 'linkTickets', { ticketId: ticket.id, otherId: (await make('渠道方确认补单时间')).id, kind: 'BLOCKED_BY' }, 'ticket { id }');
  return { number, trackingUrl: ticket.trackingUrl };
}

const ready = (stage: Stage): Promise<Filled> => (filled ??= fill(stage.url));

async function ticketPage(stage: Stage): Promise<Page> {
  const { number } = await ready(stage);
  const page = await signIn(stage, 'supervisor@demo.careline.example');
  await page.goto(`${stage.url}/tickets/${number}`);
  await page.locator('.tk-form').waitFor();
  await page.locator('.tk-children li').first().waitFor();
  return page;
}

async function categories(stage: Stage): Promise<Page> {
  await ready(stage);
  const page = await signIn(stage, 'admin@demo.careline.example');
  await page.goto(`${stage.url}/admin/categories`);
  await page.locator('[role=treeitem]').filter({ hasText: say(stage, '支付问题', 'Payment') }).click();
  await page.locator('.cat-edit [role=group]').first().waitFor();
  return page;
}

async function tracking(stage: Stage): Promise<void> {
  const { trackingUrl } = await ready(stage);
  await stage.page.goto(`${stage.url}${new URL(trackingUrl).pathname}?lang=${stage.language}`);
  await stage.page.locator('.track-steps').waitFor();
}

/** Categories, custom fields, links and the customer's page, for pictures. */
export const FORM_SCENES: Scene[] = [
  { name: 'form-categories', languages: LANGUAGES, draw: async (stage) => void (await categories(stage)) },
  { name: 'form-categories-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await categories(stage)) },
  { name: 'form-new-category', languages: LANGUAGES, draw: async (stage) => {
    const page = await categories(stage);
    await page.getByRole('button', { name: say(stage, '新建下级分类', 'New one below') }).click();
    await page.locator('.cat-edit button[type=submit]').click();
    await page.locator('.hint.bad').first().waitFor();
  } },
  { name: 'form-ticket-page', languages: LANGUAGES, draw: async (stage) => void (await ticketPage(stage)) },
  { name: 'form-ticket-side', languages: LANGUAGES, draw: async (stage) => {
    const page = await ticketPage(stage);
    await page.locator('.tk-side').evaluate((side) => { side.scrollTop = side.scrollHeight; });
  } },
  { name: 'form-solve', languages: LANGUAGES, draw: async (stage) => {
    const page = await ticketPage(stage);
    await page.keyboard.press('e');
    await page.locator('.dialog input').first().waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.dialog .hint.bad').first().waitFor();
  } },
  { name: 'form-link', languages: LANGUAGES, draw: async (stage) => {
    const page = await ticketPage(stage);
    await page.getByRole('button', { name: say(stage, '添加关联', 'Add a link') }).click();
    await page.locator('.dialog input[type=search]').fill(say(stage, '导出任务', 'API'));
    await page.locator('.dialog [role=option]').first().waitFor();
  } },
  { name: 'form-new-ticket', languages: LANGUAGES, draw: async (stage) => {
    await ready(stage);
    const page = await signIn(stage, 'supervisor@demo.careline.example');
    await page.goto(`${stage.url}/tickets?view=all`);
    await page.locator('.trow').nth(1).waitFor();
    await page.keyboard.press('t');
    await page.locator('.dialog').getByRole('radio', { name: say(stage, '支付问题', 'Payment') }).click();
    await page.locator('.dialog select').first().waitFor();
  } },
  { name: 'form-tracking', languages: LANGUAGES, draw: tracking },
  { name: 'form-tracking-phone', languages: LANGUAGES, phone: true, draw: tracking },
];
