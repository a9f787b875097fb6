import type { Browser, Locator, Page } from 'playwright-core';
import { DEMO_PASSWORD } from './busy-desk.ts';

export const THEMES = ['light', 'dark'] as const;
export const LANGUAGES = ['zh', 'en'] as const;
export type Theme = (typeof THEMES)[number];
export type Language = (typeof LANGUAGES)[number];

/** What a picture is taken on. */
export interface Stage {
  page: Page;
  url: string;
  language: Language;
  theme: Theme;
  browser: Browser;
}

/** One picture: what is done on the stage before it is taken, and of which part. */
export interface Scene {
  name: string;
  languages: readonly Language[];
  phone?: boolean;
  draw(stage: Stage): Promise<void | Locator>;
}

/** The words of the stage's language. */
export const say = (stage: Stage, zh: string, en: string) => (stage.language === 'zh' ? zh : en);

/** Signs in and waits for the list, which may be closed to the account. */
export async function enterConsole(stage: Stage, email: string): Promise<void> {
  const { page } = stage;
  await page.addInitScript(`localStorage.setItem('careline.look', JSON.stringify({ locale: '${say(stage, 'ZH_CN', 'EN')}', theme: 'SYSTEM', density: 'COMFORTABLE' }))`);
  await page.goto(`${stage.url}/login?next=/inbox/mine`);
  await page.locator('input[name=username]').fill(email);
  await page.locator('input[name=password]').fill(DEMO_PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.locator('.inbox > .list').waitFor();
}

/** The console in the stage's language, at the agent's own conversations. */
export async function signIn(stage: Stage, email = 'agent@demo.careline.example'): Promise<Page> {
  await enterConsole(stage, email);
  await chooseLanguage(stage);
  return stage.page;
}

/** The account keeps its language, so each picture sets its own. */
async function chooseLanguage({ page, url, language }: Stage): Promise<void> {
  await page.goto(`${url}/settings/me`);
  const own = page.getByRole('radio', { name: language === 'zh' ? '中文' : 'English' });
  if (!(await own.isChecked())) {
    const saved = page.waitForResponse((response) => (response.request().postData() ?? '').includes('saveSettings'));
    await own.click();
    await saved;
  }
  await page.goto(`${url}/inbox/mine`);
  await page.locator('.rows').waitFor();
}
