import { randomUUID } from 'node:crypto';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { speak, visitorSaying } from './browser/stories.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let conversationId: string;
let articlePath: string;

beforeAll(async () => {
  desk = await openDesk();
  const visitor = await visitorSaying(desk, '登录一直收不到短信验证码', desk.lin);
  ({ conversationId } = visitor);
  const lin = await AgentPage.signIn(desk, desk.lin);
  await lin.page.goto(`/inbox/mine/${conversationId}`);
  await lin.bubble('登录一直收不到短信验证码').waitFor();
  await lin.say('您好，**我帮您查一下**，文档在 https://example.com/help');
  await lin.page.getByRole('tab', { name: '备注' }).click();
  await lin.note.fill('两条都被拦截');
  await lin.note.press('Control+Enter');
  await lin.bubble('两条都被拦截').waitFor();
  await speak(visitor, '收到了，谢谢');
  await visitorSaying(desk, 'Is there a student discount?');
  await lin.context.close();
  articlePath = await publishArticle();
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

async function publishArticle(): Promise<string> {
  const admin = asker(desk.url, () => desk.staff.adminToken);
  const article = { title: '收不到短信验证码怎么办', content: '## 先检查拦截\n\n1. 打开短信应用\n2. 查看**拦截记录**\n\n> 换语音验证码也可以。\n\n| 地区 | 时间 |\n| --- | --- |\n| 浙江 | 1分钟 |\n\n`1069` 开头的号码请加入白名单。', keywords: ['验证码'], similarQuestions: ['没有验证码', '验证码一直不来', '短信收不到'], category: '账户/登录', locale: 'ZH_CN', visibility: 'PUBLIC', effectiveDate: '2026-01-01' };
  const { version } = await tell<{ version: { id: string } }>(admin, 'saveArticle', article, 'version { id }');
  const { article: published } = await tell<{ article: { number: string } }>(admin, 'publishArticle', { versionId: version.id, idempotencyKey: randomUUID() }, 'article { number }');
  return `/help/${published.number}`;
}

const root = (page: Page) => page.locator('html');
/** How light the ground of a page is, from 0 to 255; painted, because a colour may be given in any notation. */
const lightness = (place: Page | Frame) => place.evaluate<number>(`(() => {
  const brush = document.createElement('canvas').getContext('2d');
  brush.fillStyle = getComputedStyle(document.body).backgroundColor;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
})()`);

describe('language and theme', () => {
  it('of the sign-in page are chosen on the page and remembered on the device', async () => {
    const screen = await AgentPage.onDevice(desk);
    await screen.page.goto('/login');
    await screen.page.getByRole('heading', { name: '登录' }).waitFor();
    await screen.page.getByRole('radio', { name: 'English' }).click();
    await screen.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await screen.page.reload();
    await screen.page.getByLabel('Password').waitFor();
    expect(await root(screen.page).getAttribute('lang')).toBe('en');
    await screen.context.close();
  });

  it('follow the agent to the next device', async () => {
    const screen = await AgentPage.signIn(desk, desk.ning);
    await screen.page.goto('/settings/me');
    await screen.page.getByRole('heading', { name: '个人设置' }).waitFor();
    const light = await lightness(screen.page);
    await screen.page.getByRole('radio', { name: '深色' }).click();
    await screen.page.getByRole('radio', { name: 'English' }).click();
    await screen.page.getByRole('heading', { name: 'Your settings' }).waitFor();
    await expect.poll(() => lightness(screen.page)).toBeLessThan(60);
    expect(light).toBeGreaterThan(220);
    await screen.page.reload();
    await screen.page.getByRole('heading', { name: 'Your settings' }).waitFor();
    const next = await AgentPage.signIn(desk, desk.ning);
    expect(await root(next.page).getAttribute('lang')).toBe('en');
    expect(await lightness(next.page)).toBeLessThan(60);
    await Promise.all([screen.context.close(), next.context.close()]);
  });

  it('of the widget are those of the page and of the device', async () => {
    const visitor = await VisitorPage.arrive(desk, { colorScheme: 'dark' });
    expect(await lightness(visitor.chat())).toBeLessThan(60);
    await visitor.page.goto(`/demo?lang=en&channel=${desk.staff.channelKey}`);
    await visitor.page.getByRole('button', { name: 'Open chat' }).click();
    await visitor.frame.getByRole('heading', { level: 1 }).waitFor();
    await visitor.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => lightness(visitor.chat())).toBeGreaterThan(220);
    await visitor.context.close();
  });
});

describe('the sign-in form', () => {
  it('stands still when the password is wrong: the place of the message was there', async () => {
    const { page, context } = await AgentPage.onDevice(desk);
    await page.goto('/login');
    const [name, password, button] = [page.getByLabel('登录名或邮箱'), page.getByLabel('密码'), page.locator('button[type=submit]')];
    await name.fill(desk.ning.email);
    await password.fill('lantern-harbour-24');
    const places = () => Promise.all([name, password, button].map((part) => part.boundingBox()));
    const before = await places();
    await button.click();
    await page.getByRole('alert').getByText('登录名或密码不正确').waitFor();
    await expect.poll(places).toEqual(before);
    await context.close();
  });
});

describe('the other doors', () => {
  it('stand still too: setting up, and choosing a password', async () => {
    const { page, context } = await AgentPage.onDevice(desk);
    const places = () => Promise.all([...['input', 'select', 'button[type=submit]'].map((part) => page.locator(`main ${part}`))].map(async (part) => Promise.all((await part.all()).map((one) => one.boundingBox()))));
    await page.goto('/setup');
    for (const [label, text] of [['组织名称', '云帆'], ['您的姓名', '林书言'], ['邮箱', 'a@example.com'], ['密码', 'lantern-harbour-24']] as const) await page.getByLabel(label).first().fill(text);
    const before = await places();
    await page.locator('button[type=submit]').click();
    await page.locator('main [role=alert]').getByText(/./).first().waitFor();
    await expect.poll(places).toEqual(before);
    await page.goto('/set-password#token=nobody-gave-this-out');
    await page.getByLabel('登录名或邮箱').fill('a@example.com');
    for (const field of await page.locator('input[type=password]').all()) await field.fill('lantern-harbour-24');
    const there = await places();
    await page.locator('button[type=submit]').click();
    await page.locator('main [role=alert]').getByText(/./).first().waitFor();
    await expect.poll(places).toEqual(there);
    await context.close();
  });
});

describe('a toast', () => {
  it.each([[1280, 720], [800, 640]])('lies beside an open dialog, at %d × %d', async (width, height) => {
    const { conversationId: id } = await visitorSaying(desk, '没有别的问题了', desk.lin);
    const { page, context } = await AgentPage.signIn(desk, desk.lin, { viewport: { width, height } });
    await page.goto(`/inbox/mine/${id}`);
    await page.getByRole('log', { name: '消息' }).getByText('没有别的问题了').waitFor();
    await page.keyboard.press('e');
    const toast = page.locator('.toast');
    await toast.waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: '键盘快捷键' });
    await dialog.waitFor();
    const [above, below] = [(await dialog.boundingBox())!, (await toast.boundingBox())!];
    expect(below.y).toBeGreaterThanOrEqual(above.y + above.height);
    expect(below.y + below.height).toBeLessThanOrEqual(height);
    await context.close();
  });
});

describe('a toast beside an open dialog', () => {
  it('is pressed, and the dialog stays as it was', async () => {
    const { conversationId: id } = await visitorSaying(desk, '都办好了', desk.lin);
    const { page, context } = await AgentPage.signIn(desk, desk.lin, { viewport: { width: 1280, height: 720 } });
    await page.goto(`/inbox/mine/${id}`);
    await page.getByRole('log', { name: '消息' }).getByText('都办好了').waitFor();
    await page.keyboard.press('e');
    await page.locator('.toast').waitFor();
    await page.keyboard.press('t');
    const dialog = page.getByRole('dialog', { name: '新建工单' });
    await dialog.getByRole('textbox', { name: /标题/ }).fill('还没写完');
    await page.locator('.toast .undo').click({ timeout: 5_000 });
    await page.getByRole('log', { name: '消息', includeHidden: true }).getByText(/重新打开了会话/).waitFor();
    expect(await dialog.getByRole('textbox', { name: /标题/ }).inputValue()).toBe('还没写完');
    await context.close();
  });
});

describe.each(['light', 'dark'] as const)('axe finds no barrier in %s', (colorScheme) => {
  it('at the sign-in', async () => {
    const screen = await AgentPage.onDevice(desk, { colorScheme });
    await screen.page.goto('/login');
    await screen.page.getByLabel('密码').waitFor();
    expect(await findBarriers(screen.page)).toEqual([]);
    await screen.context.close();
  });

  it('in the inbox with an open thread and its customer, in a dialog, the palette and the settings', async () => {
    const screen = await AgentPage.signIn(desk, desk.lin, { colorScheme });
    await screen.page.goto(`/inbox/mine/${conversationId}`);
    await screen.bubble('收到了，谢谢').waitFor();
    await screen.page.getByText('服务轨迹').waitFor();
    expect(await findBarriers(screen.page)).toEqual([]);
    await screen.page.getByRole('tab', { name: '备注' }).click();
    await screen.note.waitFor();
    await screen.page.keyboard.press('Escape');
    await screen.page.keyboard.press('Shift+A');
    await screen.dialog('转接会话').getByRole('option').first().waitFor();
    expect(await findBarriers(screen.page)).toEqual([]);
    await screen.page.keyboard.press('Escape');
    await screen.page.keyboard.press('Control+k');
    await screen.page.getByRole('option', { name: '回复', exact: true }).waitFor();
    expect(await findBarriers(screen.page)).toEqual([]);
    await screen.page.locator('.palette input').fill('短信验证码');
    await screen.page.locator('.palette mark', { hasText: '短信验证码' }).first().waitFor();
    expect(await findBarriers(screen.page)).toEqual([]);
    await screen.page.goto('/settings/me');
    await screen.page.getByRole('heading', { name: '个人设置' }).waitFor();
    expect(await findBarriers(screen.page)).toEqual([]);
    await screen.context.close();
  });

  it('in the widget', async () => {
    const visitor = await VisitorPage.arrive(desk, { colorScheme });
    await visitor.deliver('登录收不到验证码');
    expect(await findBarriers(visitor.chat())).toEqual([]);
    expect(await findBarriers(visitor.page)).toEqual([]);
    await visitor.context.close();
  });

  it('in the help centre', async () => {
    const screen = await AgentPage.onDevice(desk, { colorScheme });
    for (const path of ['/help', articlePath, '/help?q=验证码', '/help/KB-999999']) {
      await screen.page.goto(path);
      expect(await findBarriers(screen.page), path).toEqual([]);
    }
    await screen.context.close();
  });
});
