import { randomUUID } from 'node:crypto';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { arrive, asker, tell, type Visitor } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDevice } from './browser/chromium.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { openSite, type Site } from './browser/pages.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let site: Site;

beforeAll(async () => {
  desk = await openDesk();
  const pages: Record<string, string> = {};
  site = await openSite(pages);
  pages['/'] = `<!doctype html><html lang="zh-CN"><title>shop</title><p>shop</p><script src="${desk.url}/widget.js" data-channel="${desk.staff.channelKey}" async></script></html>`;
});
shootFailures(() => desk?.browser);
afterAll(async () => {
  await desk?.close();
  await site?.close();
});

/** Lists these pages for the channel of the desk, as its owner does, and waits until the gateway knows. */
async function list(origins: string[]): Promise<void> {
  const database = await mysql.createConnection({ uri: process.env.TEST_DATABASE_URL!, database: `${desk.system.databasePrefix}_conversations` });
  await database.execute('UPDATE channels SET origins = ? WHERE channel_key = ?', [JSON.stringify(origins), desk.staff.channelKey]);
  await database.end();
  await vi.waitFor(async () => {
    const { headers } = await fetch(`${desk.url}/widget/frame.html?channel=${desk.staff.channelKey}`);
    expect(headers.get('content-security-policy')).toContain(origins.length > 0 ? `frame-ancestors 'self' ${origins.join(' ')}` : 'frame-ancestors http: https:');
  }, { timeout: 10_000, interval: 200 });
}

describe('a channel that lists its pages', () => {
  beforeAll(() => list([site.origin('localhost')]));
  afterAll(() => list([]));

  const visit = async (url: string, prepare?: (screen: VisitorPage) => Promise<void>) => {
    const screen = new VisitorPage(await (await openDevice(desk.browser)).newPage());
    await prepare?.(screen);
    await screen.page.goto(url);
    await screen.launcher.click();
    return screen;
  };

  it('is shown inside a listed page, and on our own demo page', async () => {
    for (const url of [site.origin('localhost'), `${desk.url}/demo?lang=zh&channel=${desk.staff.channelKey}`]) {
      const screen = await visit(url);
      await screen.enter();
      await screen.page.getByRole('button', { name: '收起在线客服' }).waitFor();
      await screen.context.close();
    }
  });

  it('is not shown inside another page', async () => {
    const refused: string[] = [];
    const screen = await visit(site.origin('127.0.0.1'), async ({ page }) => { page.on('console', (message) => refused.push(message.text())); });
    await expect.poll(() => refused.join()).toContain('frame-ancestors');
    expect(await screen.frame.getByRole('button', { name: '开始对话' }).count()).toBe(0);
    await screen.context.close();
  });

  it('does not talk to another page even where the header is lost', async () => {
    const strip = async ({ page }: VisitorPage) => {
      await page.route('**/widget/frame.html*', async (route) => {
        const response = await route.fetch();
        const { 'content-security-policy': _lost, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      });
    };
    const screen = await visit(site.origin('127.0.0.1'), strip);
    await screen.frame.getByRole('button', { name: '开始对话' }).waitFor();
    // The launcher is named and coloured by what the chat says.
    expect(await screen.page.locator('iframe').getAttribute('title')).toBeNull();
    expect(await screen.page.getByRole('button', { name: '收起', exact: true }).getAttribute('style')).toBeNull();
    await screen.context.close();
  });

  it('refuses a visit to a page that asks for itself', async () => {
    const response = await fetch(`${desk.url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json', origin: site.origin('127.0.0.1') },
      body: JSON.stringify({ query: 'mutation ($input: StartVisitInput!) { startVisit(input: $input) { visitorToken userErrors { code } } }', variables: { input: { channelKey: desk.staff.channelKey } } }),
    });
    expect(await response.json()).toMatchObject({ data: { startVisit: { visitorToken: null, userErrors: [{ code: 'NOT_ALLOWED' }] } } });
  });
});

describe('the link of a rating invitation', () => {
  const endOf = async (): Promise<{ visitor: Visitor; ratingUrl: string }> => {
    const visitor = await arrive(desk.url, desk.staff.channelKey);
    await tell(desk.staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: desk.staff.agentId }, 'conversation { state }');
    await tell(desk.staff.ask, 'closeConversation', { conversationId: visitor.conversationId, lastSeenSeq: 99 }, 'conversation { state }');
    const { conversation } = await visitor.ask<{ conversation: { messages: { nodes: { facts: { ratingUrl?: string } | null }[] } } }>('query ($id: ID!) { conversation(id: $id) { messages(last: 10) { nodes { facts } } } }', { id: visitor.conversationId });
    return { visitor, ratingUrl: conversation.messages.nodes.findLast((message) => message.facts?.ratingUrl)!.facts!.ratingUrl! };
  };

  it('opens a page where the customer rates without signing in', async () => {
    const { visitor, ratingUrl } = await endOf();
    expect(ratingUrl).toMatch(new RegExp(`^${desk.url}/rate/[^/]+$`));
    const device = await openDevice(desk.browser);
    const page = await device.newPage();
    await page.goto(ratingUrl);
    await page.getByRole('radio', { name: '4分' }).check({ force: true });
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '发送评价' }).click();
    await page.getByText('感谢您的评价：4分').waitFor();
    const { conversation } = await visitor.ask<{ conversation: { rating: { score: number } } }>('query ($id: ID!) { conversation(id: $id) { rating { score } } }', { id: visitor.conversationId });
    expect(conversation.rating.score).toBe(4);
    visitor.client.close();
    await device.close();
  });
});

describe('the link of an invitation', () => {
  const PASSWORD = 'harbour-lantern-77';
  const invite = async (email: string) => {
    const admin = asker(desk.url, () => desk.staff.adminToken);
    const { roles } = await admin<{ roles: { nodes: { id: string; name: string }[] } }>('{ roles(first: 50) { nodes { id name } } }');
    const input = { displayName: '周远航', email, roleIds: [roles.nodes.find((role) => role.name === '客服')!.id], teamIds: [], idempotencyKey: randomUUID() };
    return (await tell<{ invitationUrl: string }>(admin, 'createAgent', input, 'invitationUrl')).invitationUrl;
  };

  it('leads to a page that sets the password and signs in, once', async () => {
    const url = await invite('zhou@example.com');
    const device = await openDevice(desk.browser);
    const page = await device.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: '设置密码并登录' }).click();
    await page.getByText('密码太短').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('登录名或邮箱').fill('zhuo@example.com');
    await page.getByLabel('新密码', { exact: false }).first().fill(PASSWORD);
    await page.getByLabel('再输一次新密码').fill(PASSWORD);
    await page.getByRole('button', { name: '设置密码并登录' }).click();
    // The password is set although the name was mistyped; the token is used and gone from the address.
    await page.getByText('密码已经设置').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    await page.getByLabel('登录名或邮箱').fill('zhou@example.com');
    await page.getByRole('button', { name: '设置密码并登录' }).click();
    await page.waitForURL('**/inbox**');
    await device.close();

    const again = await (await openDevice(desk.browser, { locale: 'en-GB' })).newPage();
    await again.goto(url);
    await again.getByText('English').click();
    await again.getByLabel('Name or mail address').fill('zhou@example.com');
    await again.getByLabel('New password', { exact: false }).first().fill(`${PASSWORD}-2`);
    await again.getByLabel('New password again').fill(`${PASSWORD}-2`);
    await again.getByRole('button', { name: 'Set password and sign in' }).click();
    await again.getByRole('alert').getByText('run out').waitFor();
    expect(await findBarriers(again)).toEqual([]);
    await again.goto(`${desk.url}/set-password`);
    await again.getByText('This link is not whole').waitFor();
    await again.context().close();
  });
});

describe('an address behind which nothing stands', () => {
  it.each([
    ['/inbox/mine/cnv_01aryz6s41tsv4rrffq69g5fav', '没有这个会话', '/inbox/mine'],
    ['/inbox/mine/lost', '没有这个会话', '/inbox/mine'],
    ['/tickets/999999', '没有这张工单', '/tickets'],
    ['/admin/sla_policies/lost', '没有这份策略文档', '/admin/sla_policies'],
    ['/admin/automation/lost', '没有这条规则', '/admin/automation'],
  ])('%s says so, and leads back to the list', async (path, title, list) => {
    const { page, context } = await AgentPage.signIn(desk, desk.lin);
    await page.goto(path);
    const trouble = page.getByRole('alert').filter({ hasText: title });
    await trouble.getByText('它不存在，或不在您的权限范围内').waitFor();
    expect(await page.getByRole('button', { name: '重试' }).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await trouble.getByText('返回列表').click();
    await page.waitForURL(({ pathname }) => pathname !== path && pathname.startsWith(list));
    await trouble.waitFor({ state: 'detached' });
    await context.close();
  });
});

describe('GraphiQL', () => {
  it('asks, listens and shows the schema, with nothing from elsewhere', async () => {
    const device = await openDevice(desk.browser);
    const page = await device.newPage();
    const foreign: string[] = [];
    const broken: string[] = [];
    page.on('request', (request) => { if (!request.url().startsWith(desk.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url()); });
    page.on('console', (message) => { if (message.type() === 'error') broken.push(message.text()); });
    await page.goto(`${desk.url}/graphql`);
    await page.getByLabel('Token').fill(desk.staff.adminToken);
    const run = async (name: string, text: string) => {
      await page.locator('.graphiql-query-editor .monaco-editor').first().click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
      // The editor closes braces by itself.
      await page.keyboard.press('Control+Shift+End');
      await page.keyboard.press('Delete');
      await page.getByRole('tab', { name }).waitFor();
      await page.keyboard.press('Control+Enter');
    };
    await run('Who', 'query Who { viewer { kind agent { displayName } } }');
    const answer = page.locator('.graphiql-response');
    await answer.getByText('"Ada"').waitFor();
    await run('Watch', 'subscription Watch { queuesChanged { __typename } }');
    await answer.getByText('__typename').waitFor();
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
    await device.close();
  });
});
