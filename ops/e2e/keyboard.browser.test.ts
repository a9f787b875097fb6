import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentPage } from './browser/agent-page.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { storedTexts, visitorSaying } from './browser/stories.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let lin: AgentPage;

beforeAll(async () => {
  desk = await openDesk();
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const has = (locator: Locator) => locator.evaluate((element) => element === element.ownerDocument.activeElement);

/** Walks with Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < 40; step++) {
    if (await has(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target}`);
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await lin.page.keyboard.press(key);
}

/** Begins what an input method shows before its words are chosen. */
async function compose(page: Page, text: string) {
  const client = await page.context().newCDPSession(page);
  await client.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  return { choose: (words: string) => client.send('Input.insertText', { text: words }) };
}

// One working day without a mouse; each test goes on where the one before ended.
describe('an agent without a mouse', () => {
  it('signs in', async () => {
    lin = await AgentPage.onDevice(desk);
    await lin.page.goto('/login?next=/inbox');
    await expect.poll(() => has(lin.page.getByLabel('登录名或邮箱'))).toBe(true);
    await lin.page.keyboard.type(desk.lin.email);
    await press('Tab');
    await lin.page.keyboard.type(desk.lin.password);
    await press('Enter');
    await lin.list.waitFor();
  });

  it('goes to a view, walks the list and opens a conversation', async () => {
    await visitorSaying(desk, '发票抬头开错了');
    await visitorSaying(desk, '主账号没人能登录');
    await press('g', 'u');
    await lin.row('主账号没人能登录').waitFor();
    await press('j', 'j', 'k', 'Enter');
    await lin.bubble('发票抬头开错了').waitFor();
  });

  it('opens the row it walked to, though a link had the focus, and the row it looked for', async () => {
    await lin.list.getByRole('navigation', { name: '视图' }).getByRole('link', { name: '未分配' }).focus();
    await press('j', 'Enter');
    await lin.bubble('主账号没人能登录').waitFor();
    await press('f');
    await lin.page.keyboard.type('发票');
    await lin.row('主账号没人能登录').waitFor({ state: 'detached' });
    await press('Enter');
    await lin.bubble('发票抬头开错了').waitFor();
    await press('f', 'Escape');
    await expect.poll(() => has(lin.page.getByRole('listbox', { name: '会话列表' }))).toBe(true);
  });

  it('takes it, replies and adds a note', async () => {
    await press('i');
    await lin.stream.getByText('分配给').last().waitFor();
    await press('r');
    await lin.page.keyboard.type('当月的可以作废重开');
    await press('Control+Enter');
    await lin.stream.getByText('已送达').waitFor();
    await press('Escape', 'n');
    await lin.note.waitFor();
    await lin.page.keyboard.type('客户要专票');
    await press('Control+Enter');
    await lin.bubble('客户要专票').waitFor();
    const id = new URL(lin.page.url()).pathname.split('/').at(-1)!;
    await expect.poll(() => storedTexts(desk, id)).toEqual(['发票抬头开错了', '当月的可以作废重开', '客户要专票']);
  });

  it('finds every key behind ?, and a command behind Ctrl K by its pinyin initials', async () => {
    await press('Escape', '?');
    await lin.dialog('键盘快捷键').getByRole('region', { name: '跳转' }).getByText('打开未分配').waitFor();
    await press('Escape');
    await lin.dialog('键盘快捷键').waitFor({ state: 'hidden' });
    await press('Control+k');
    await lin.page.getByRole('combobox', { name: /搜索会话内容/ }).waitFor();
    await lin.page.keyboard.type('hf');
    await lin.page.getByRole('option', { name: '回复', selected: true }).waitFor();
    await press('Enter');
    await expect.poll(() => has(lin.reply)).toBe(true);
    await press('Control+k');
    await lin.page.getByRole('combobox', { name: /搜索会话内容/ }).waitFor();
    await press('Escape');
    await expect.poll(() => has(lin.reply)).toBe(true);
  });

  it('goes from pane to pane with F6, out of the text field too', async () => {
    const panes = [lin.page.getByRole('button', { name: '收起客户面板' }), lin.page.getByRole('link', { name: 'Careline' }), lin.page.getByRole('listbox', { name: '会话列表' }), lin.stream, lin.reply];
    for (const pane of panes) {
      await press('F6');
      await expect.poll(() => has(pane)).toBe(true);
    }
    await press('Shift+F6');
    await expect.poll(() => has(lin.stream)).toBe(true);
    await press('F6');
  });

  it('assigns it to a colleague', async () => {
    await press('Escape', 'a');
    await lin.page.getByRole('combobox', { name: '查找客服' }).waitFor();
    await lin.page.keyboard.type('李');
    await lin.page.getByRole('option', { name: desk.ning.displayName }).waitFor();
    await press('Enter');
    await lin.stream.getByText(`分配给${desk.ning.displayName}`).waitFor();
  });

  it('closes it and opens it again', async () => {
    await press('e');
    await lin.stream.getByText(/结束了会话/).waitFor();
    await press('Control+z');
    await lin.stream.getByText(/重新打开了会话/).waitFor();
  });

  it('stays in the thread when a verb takes its own button away, and when the text field is left', async () => {
    await lin.page.getByRole('button', { name: '结束会话' }).focus();
    await press('Enter');
    await lin.page.getByRole('button', { name: '重新打开' }).waitFor();
    await expect.poll(() => has(lin.stream)).toBe(true);
    await press('Control+z');
    await lin.page.getByRole('button', { name: '结束会话' }).waitFor();
    await press('r', 'Escape');
    await expect.poll(() => has(lin.stream)).toBe(true);
  });

  it('answers and closes in one stroke: the words arrive first', async () => {
    await press('r');
    await lin.page.keyboard.type('已为您办好');
    await press('Control+Shift+Enter');
    await lin.page.getByRole('button', { name: '重新打开' }).waitFor();
    const id = new URL(lin.page.url()).pathname.split('/').at(-1)!;
    expect((await storedTexts(desk, id)).at(-1)).toBe('已为您办好');
    expect(await lin.stream.getByRole('alert').count()).toBe(0);
  });

  it('reaches list, thread and panel by Tab, and sees where the focus is', async () => {
    await tabTo(lin.page, lin.page.getByRole('listbox', { name: '会话列表' }));
    await tabTo(lin.page, lin.stream);
    const ring = await lin.stream.evaluate((element) => element.matches(':focus-visible'));
    expect(ring).toBe(true);
    await tabTo(lin.page, lin.page.getByRole('button', { name: '收起客户面板' }));
  });

  it('finds what was said behind /, from anywhere, and stands at the very message', async () => {
    await press('Escape', 'g', 'k');
    await lin.page.waitForURL(/\/tickets/);
    await press('/');
    await lin.page.getByRole('combobox', { name: /搜索会话内容/ }).waitFor();
    await lin.page.keyboard.type('专票');
    await lin.page.getByRole('group', { name: '会话内容' }).getByRole('option', { name: /客户要专票/, selected: true }).waitFor();
    await press('Enter');
    await expect.poll(() => has(lin.bubble('客户要专票'))).toBe(true);
  });
});

describe('while an input method composes', () => {
  it('no key of the console acts, and Enter sends nothing', async () => {
    await lin.page.goto('/inbox/unassigned');
    await press('j');
    await lin.open('主账号没人能登录');
    await press('r');
    const input = await compose(lin.page, 'xie xie');
    await press('Control+Enter', 'Enter');
    expect(await lin.stream.locator('.turn.out').count()).toBe(0);
    await input.choose('谢谢');
    await expect.poll(() => lin.reply.inputValue()).toContain('谢谢');
    await press('Control+Enter');
    await lin.bubble('谢谢').waitFor();
  });

  it('Enter in the widget chooses words, and sends only after that', async () => {
    const visitor = await VisitorPage.arrive(desk);
    await visitor.composer.focus();
    const input = await compose(visitor.page, 'zai ma');
    await visitor.page.keyboard.press('Enter');
    expect(await visitor.log.locator('.turn.out').count()).toBe(0);
    await input.choose('在吗');
    await visitor.page.keyboard.press('Enter');
    await visitor.bubble('在吗').waitFor();
    expect(await visitor.texts()).toEqual(['在吗']);
  });
});
