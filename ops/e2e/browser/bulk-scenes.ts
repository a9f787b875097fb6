import type { Page } from 'playwright-core';
import { fillTickets } from './busy-tickets.ts';
import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

let filled: Promise<string> | null = null;

/** The supervisor with some rows of the list chosen. */
async function chosen(stage: Stage): Promise<Page> {
  await (filled ??= fillTickets(stage.url));
  const page = await signIn(stage, 'supervisor@demo.careline.example');
  await page.goto(`${stage.url}/tickets?view=all`);
  await page.locator('.trow').nth(4).waitFor();
  for (const key of ['j', 'x', 'j', 'j', 'j', 'Shift+X', 'j', 'j', 'x']) await page.keyboard.press(key);
  await page.locator('.bulkbar').waitFor();
  return page;
}

/** Changes of many tickets, merging and exporting. */
export const BULK_SCENES: Scene[] = [
  { name: 'bulk-bar', languages: LANGUAGES, draw: async (stage) => void (await chosen(stage)) },
  { name: 'bulk-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await chosen(stage)) },
  { name: 'bulk-dialog', languages: LANGUAGES, draw: async (stage) => {
    const page = await chosen(stage);
    await page.keyboard.press('u');
    await page.locator('.dialog select').first().waitFor();
    await page.locator('.dialog select').nth(1).selectOption('P1');
    await page.keyboard.press('Control+Enter');
  } },
  { name: 'bulk-job', languages: LANGUAGES, draw: async (stage) => {
    const page = await chosen(stage);
    await page.keyboard.press('u');
    await page.locator('.dialog textarea').fill(say(stage, '支付渠道故障，统一跟进', 'The payment provider is down, we follow up together'));
    await page.locator('.dialog select').first().selectOption('SOLVED');
    await page.keyboard.press('Control+Enter');
    await page.locator('.jobbar .btn.icon').waitFor();
  } },
  { name: 'bulk-merge', languages: LANGUAGES, draw: async (stage) => {
    const page = await chosen(stage);
    await page.keyboard.press('m');
    await page.locator('.survivors .row').nth(1).waitFor();
  } },
  { name: 'bulk-export', languages: LANGUAGES, draw: async (stage) => {
    const page = await chosen(stage);
    await page.getByRole('button', { name: say(stage, '导出', 'Export') }).click();
    await page.locator('.columns .row').nth(5).waitFor();
  } },
];
