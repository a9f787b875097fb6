import type { BrowserContext, BrowserContextOptions, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { openDevice } from './chromium.ts';
import type { Desk } from './desk.ts';

/** The demo page on one device of a visitor, with the chat that it embeds (Chinese). */
export class VisitorPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.page = page;
    this.context = page.context();
    this.frame = page.frameLocator('iframe');
  }

  /** Opens the demo page on a new device and the chat on it; `prepare` comes before the first page is loaded. */
  static async arrive(desk: Desk, look: BrowserContextOptions = {}, prepare?: (screen: VisitorPage) => Promise<void>): Promise<VisitorPage> {
    const context = await openDevice(desk.browser, { baseURL: desk.url, ...look });
    const screen = new VisitorPage(await context.newPage());
    await prepare?.(screen);
    await screen.page.goto(`/demo?lang=zh&channel=${desk.staff.channelKey}`);
    await screen.launcher.click();
    await screen.enter();
    return screen;
  }

  /** Passes the questions before the chat, which may stay open. */
  async enter(): Promise<void> {
    await this.frame.getByRole('button', { name: '开始对话' }).click();
    await this.composer.waitFor();
  }

  /** The chat itself, for what a locator can't ask. */
  chat(): Frame {
    return this.page.frames().find((frame) => frame.url().includes('/widget/frame.html'))!;
  }

  get launcher(): Locator {
    return this.page.getByRole('button', { name: '在线客服' });
  }

  get composer(): Locator {
    return this.frame.getByLabel('输入消息');
  }

  get log(): Locator {
    return this.frame.getByRole('log', { name: '对话内容' });
  }

  bubble(text: string): Locator {
    return this.log.locator('.bub', { hasText: text });
  }

  /** What both sides said, from top to bottom; the greeting is nobody's message. */
  async texts(): Promise<string[]> {
    return (await this.log.locator('.bub').allInnerTexts()).slice(1);
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Says something and waits until the server has it. */
  async deliver(text: string): Promise<void> {
    await this.say(text);
    await this.log.locator('.turn', { hasText: text }).locator('.state', { hasText: /已送达|已读/ }).waitFor();
  }
}
