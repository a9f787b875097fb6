import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

const ADMIN = 'admin@demo.careline.example';

async function open(stage: Stage, path: string, ready: string): Promise<void> {
  const page = await signIn(stage, ADMIN);
  await page.goto(`${stage.url}${path}`);
  await page.locator(ready).first().waitFor();
}

/** Routing rules after a change was saved, run dry and tried. */
async function tried(stage: Stage): Promise<void> {
  await open(stage, '/admin/routing', '.rulecard');
  const { page } = stage;
  const name = page.locator('.rulecard input').first();
  await name.fill(`${await name.inputValue()}!`.slice(-40));
  await page.locator('.adm-head .line').nth(0).click();
  await page.locator('.adm-head .tag:not(.warning)').waitFor();
  await page.locator('.adm-head .line').nth(1).click();
  await page.locator('.adm-head .solid:not([aria-disabled])').waitFor();
  await page.locator('.side .btn.line').first().click();
  await page.locator('.cands').waitFor();
}

/** The console's pages of channels, queues, routing rules and business hours, for pictures. */
export const ADMIN_SCENES: Scene[] = [
  { name: 'admin-routing', languages: LANGUAGES, draw: tried },
  { name: 'admin-why', languages: LANGUAGES, draw: async (stage) => {
    const page = await signIn(stage, 'supervisor@demo.careline.example');
    await page.goto(`${stage.url}/inbox/team`);
    await page.getByRole('option').first().click();
    await page.getByRole('button', { name: say(stage, '更多', 'More'), exact: true }).click();
    await page.getByRole('menuitem', { name: say(stage, '为什么分到这里', 'Why did it come here') }).click();
    await page.locator('.dialog tbody tr').first().waitFor();
  } },
  { name: 'admin-queues', languages: LANGUAGES, draw: async (stage) => {
    await open(stage, '/admin/queues', '.adm-form');
    const { page } = stage;
    await page.locator('.adm-form section').last().locator('select').first().selectOption({ index: 1 });
  } },
  { name: 'admin-hours', languages: LANGUAGES, draw: async (stage) => {
    await open(stage, '/admin/business_hours', '.adm-form');
    await stage.page.locator('section[aria-labelledby=hours-change] .btn.line').click();
    await stage.page.locator('.adm-form section').last().locator('.btn.line').nth(1).click();
    await stage.page.locator('.days .kind').first().waitFor();
  } },
  { name: 'admin-hours-past', languages: LANGUAGES, draw: async (stage) => {
    await open(stage, '/admin/business_hours', '.adm-form');
    const from = stage.page.locator('.adm-form section').nth(1).locator('input').first();
    await from.fill('08:30');
    await from.press('Tab');
    await stage.page.locator('.adm-head .solid').click();
    await stage.page.locator('.dialog .past').waitFor();
  } },
  { name: 'admin-channels', languages: LANGUAGES, draw: async (stage) => open(stage, '/admin/channels', '.adm-form .code') },
  { name: 'admin-tags', languages: LANGUAGES, draw: async (stage) => {
    await open(stage, '/admin/tags', '.saved tbody tr');
    await stage.page.locator('.saved tbody .btn').first().click();
    await stage.page.getByRole('menuitem').first().click();
    await stage.page.locator('.dialog').waitFor();
  } },
  { name: 'admin-phone', languages: LANGUAGES, phone: true, draw: async (stage) => open(stage, '/admin/routing', '.rulecard') },
];
