import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { openDevice } from './chromium.ts';
import type { Desk, DeskAgent } from './desk.ts';

/** The console on one device of one agent, in the words that stand on its screen (Chinese). */
export class AgentPage {
  readonly page: Page;
  readonly context: BrowserContext;

  private constructor(page: Page) {
    this.page = page;
    this.context = page.context();
  }

  /** A device on which nobody has signed in yet. Whoever does is away: no work comes but what the test gives. */
  static async onDevice(desk: Desk, look: BrowserContextOptions = {}): Promise<AgentPage> {
    const context = await openDevice(desk.browser, { baseURL: desk.url, ...look });
    await context.addInitScript(`localStorage.getItem('careline.presence') ?? localStorage.setItem('careline.presence', 'AWAY')`);
    return new AgentPage(await context.newPage());
  }

  /** Signs the agent in on a new device; `prepare` comes before the first page is loaded. */
  static async signIn(desk: Desk, agent: DeskAgent, look: BrowserContextOptions = {}, prepare?: (screen: AgentPage) => Promise<void>): Promise<AgentPage> {
    const screen = await AgentPage.onDevice(desk, look);
    await prepare?.(screen);
    await screen.page.goto('/inbox/unassigned');
    await screen.page.getByLabel('登录名或邮箱').fill(agent.email);
    await screen.page.getByLabel('密码').fill(agent.password);
    await screen.page.getByRole('button', { name: '登录' }).click();
    await screen.page.locator('.inbox > .list').waitFor();
    return screen;
  }

  get list(): Locator {
    return this.page.getByRole('complementary', { name: '会话列表' });
  }

  /** The row of the conversation whose last words, name or draft contain the text. */
  row(text: string): Locator {
    return this.list.getByRole('option').filter({ hasText: text });
  }

  get stream(): Locator {
    return this.page.getByRole('log', { name: '消息' });
  }

  get reply(): Locator {
    return this.page.getByLabel('回复内容');
  }

  get note(): Locator {
    return this.page.getByLabel('备注内容');
  }

  bubble(text: string): Locator {
    return this.stream.locator('.bub', { hasText: text });
  }

  /** Every bubble of the open thread, notes too, from top to bottom. */
  texts(): Promise<string[]> {
    return this.stream.locator('.bub').allInnerTexts();
  }

  dialog(title: string): Locator {
    return this.page.getByRole('dialog', { name: title });
  }

  async view(name: string): Promise<void> {
    await this.list.getByRole('navigation', { name: '视图' }).getByRole('link', { name }).click();
  }

  async open(text: string): Promise<void> {
    await this.row(text).click();
    await this.stream.waitFor();
  }

  /** Opens a waiting conversation and takes it. */
  async take(text: string): Promise<void> {
    await this.open(text);
    await this.page.getByRole('button', { name: '分配给我' }).click();
    await this.stream.getByText('分配给').last().waitFor();
  }

  async say(text: string): Promise<void> {
    await this.reply.fill(text);
    await this.page.getByRole('button', { name: '发送', exact: true }).click();
  }
}
