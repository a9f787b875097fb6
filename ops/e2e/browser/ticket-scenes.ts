import type { Page } from 'playwright-core';
import { fillTickets } from './busy-tickets.ts';
import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

let ticketNumber: Promise<string> | null = null;

/** The supervisor before every ticket of a busy desk. */
export async function tickets(stage: Stage, query = 'view=all', shown = '.trow'): Promise<{ page: Page; number: string }> {
  const number = await (ticketNumber ??= fillTickets(stage.url));
  const page = await signIn(stage, 'supervisor@demo.careline.example');
  await page.goto(`${stage.url}/tickets?${query}`);
  await page.locator(shown).nth(1).waitFor();
  return { page, number };
}

/** The console's tickets, for pictures. */
export const TICKET_SCENES: Scene[] = [
  { name: 'tickets', languages: LANGUAGES, draw: async (stage) => (await tickets(stage)).page.locator('.trow').nth(8).waitFor() },
  { name: 'board-tickets', languages: LANGUAGES, draw: async (stage) => void (await tickets(stage, 'view=all&look=board', '.tcard')) },
  { name: 'save-view', languages: LANGUAGES, draw: async (stage) => (await tickets(stage, 'view=all&priority=P0,P1')).page.getByRole('button', { name: say(stage, '保存为视图', 'Save as view') }).click() },
  { name: 'new-ticket', languages: LANGUAGES, draw: async (stage) => {
    const { page } = await tickets(stage);
    await page.keyboard.press('t');
    const dialog = page.locator('.dialog');
    await dialog.locator('input[type=search]').fill('13800138000');
    await page.locator('.match, .dialog button.line').first().waitFor();
    await dialog.locator('[role=radio]').nth(1).click();
    await dialog.locator('textarea').fill(say(stage, '客户登录时收不到短信验证码，已尝试3次。手机号未更换，信号正常。', 'No text message at sign-in, tried three times. Same phone, good signal.'));
    await dialog.locator('input[type=file]').setInputFiles([
      { name: 'sms-gateway-20261123-上海电信-验证码通道-完整日志.log', mimeType: 'text/plain', buffer: Buffer.alloc(830_000, 'a') },
      { name: '录屏_登录过程.mov', mimeType: 'video/quicktime', buffer: Buffer.alloc(0) },
    ]);
    await dialog.locator('.upload').nth(1).waitFor();
  } },
  { name: 'ticket-page', languages: LANGUAGES, draw: async (stage) => {
    const { page, number } = await tickets(stage);
    await page.goto(`${stage.url}/tickets/${number}`);
    await page.locator('.cm').nth(1).waitFor();
    await page.locator('.kv .av').waitFor();
  } },
  { name: 'ticket-phone', languages: LANGUAGES, phone: true, draw: async (stage) => {
    const { page, number } = await tickets(stage, 'view=all', '[role=option]');
    await page.goto(`${stage.url}/tickets/${number}`);
    await page.locator('.cm').nth(1).waitFor();
  } },
  { name: 'tickets-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await tickets(stage, 'view=all', '[role=option]')) },
  { name: 'wallboard-phone', languages: LANGUAGES, phone: true, draw: async (stage) => {
    const { page } = await tickets(stage, 'view=all', '[role=option]');
    await page.goto(`${stage.url}/wallboard/sla`);
    await page.locator('.nx li').first().waitFor();
  } },
  { name: 'ticket-proof', languages: LANGUAGES, draw: async (stage) => {
    const { page, number } = await tickets(stage);
    await page.goto(`${stage.url}/tickets/${number}`);
    await page.locator('.clock .link').first().click();
    await page.locator('.proof tbody tr').first().waitFor();
  } },
  { name: 'wallboard', languages: LANGUAGES, draw: async (stage) => {
    const { page } = await tickets(stage);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto(`${stage.url}/wallboard/sla`);
    await page.locator('.nx li').first().waitFor();
  } },
];
