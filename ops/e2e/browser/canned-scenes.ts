import type { Page } from 'playwright-core';
import { LANGUAGES, signIn, type Scene, type Stage } from './stage.ts';

async function thread(stage: Stage): Promise<Page> {
  const page = await signIn(stage);
  await page.getByRole('option').first().click();
  await page.locator('.stream .bub').first().waitFor();
  return page;
}

/** A page of administration, at its first row. */
async function saved(stage: Stage, path: string): Promise<Page> {
  await signIn(stage, 'admin@demo.careline.example');
  await stage.page.goto(`${stage.url}${path}`);
  await stage.page.locator('.saved tbody tr').first().waitFor();
  return stage.page;
}

/** Canned replies and macros. */
export const CANNED_SCENES: Scene[] = [
  { name: 'canned-menu', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.locator('.composer textarea').fill('/');
    await page.locator('.canned .cmd').nth(2).waitFor();
  } },
  { name: 'canned-missing', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.locator('.composer textarea').fill('/gd');
    await page.locator('.canned .cmd').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.composer .tag.warning').waitFor();
  } },
  { name: 'macro-run', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.keyboard.press('m');
    await page.locator('.macro-run .steps li').nth(1).waitFor();
  } },
  { name: 'canned-page', languages: LANGUAGES, draw: async (stage) => void (await saved(stage, '/admin/canned')) },
  { name: 'canned-editor', languages: LANGUAGES, draw: async (stage) => {
    const page = await saved(stage, '/admin/canned');
    await page.locator('.saved tbody button').first().click();
    await page.locator('.editor').waitFor();
  } },
  { name: 'macros-page', languages: LANGUAGES, draw: async (stage) => void (await saved(stage, '/admin/macros')) },
  { name: 'macro-editor', languages: LANGUAGES, draw: async (stage) => {
    const page = await saved(stage, '/admin/macros');
    await page.locator('.saved tbody button').first().click();
    await page.locator('.editor .steps li').nth(1).waitFor();
  } },
  { name: 'canned-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await saved(stage, '/admin/canned')) },
  { name: 'macro-phone', languages: LANGUAGES, phone: true, draw: async (stage) => {
    const page = await saved(stage, '/admin/macros');
    await page.locator('.saved tbody button').first().click();
    await page.locator('.editor .steps li').nth(1).waitFor();
  } },
];
