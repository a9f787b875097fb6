import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBarriers } from './browser/axe.ts';
import { openDevice } from './browser/chromium.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

it.each(['light', 'dark'] as const)('lets a visitor leave a message while nobody is there, by keyboard alone, and tells the number of its ticket (%s)', async (colorScheme) => {
  const device = await openDevice(desk.browser, { baseURL: desk.url, colorScheme });
  const screen = new VisitorPage(await device.newPage());
  await screen.page.goto(`/demo?lang=zh&channel=${desk.staff.channelKey}`);
  await screen.launcher.click();
  await screen.frame.getByRole('button', { name: '留言', exact: true }).press('Enter');
  const form = screen.frame.getByRole('form', { name: '留言' });
  await form.getByLabel('怎么称呼您').pressSequentially('王小明');
  await form.getByLabel('留言内容').fill('退款三天没到账');
  await form.getByLabel('留言内容').press('Tab');
  await screen.page.keyboard.press('Enter');
  const mail = form.getByLabel('邮箱');
  await form.getByRole('alert').filter({ hasText: '请填写邮箱或电话' }).waitFor();
  await expect.poll(() => mail.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await findBarriers(screen.chat())).toEqual([]);
  await shoot(screen, `offline-form-${colorScheme}`);
  await mail.pressSequentially('wang@example.com');
  await mail.press('Enter');
  const line = screen.log.getByText(/工单 #\d+ 已建立/);
  await line.waitFor();
  await screen.bubble('退款三天没到账').waitFor();
  expect(await findBarriers(screen.chat())).toEqual([]);
  await shoot(screen, `offline-kept-${colorScheme}`);
  await device.close();
});

/** Keeps a picture to look at where the environment names a folder for it. */
async function shoot(screen: VisitorPage, name: string): Promise<void> {
  const folder = process.env.SHOTS_DIR;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await screen.page.screenshot({ path: join(folder, `${name}.png`) });
}
