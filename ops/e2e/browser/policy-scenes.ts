import { LANGUAGES, signIn, type Scene, type Stage } from './stage.ts';

/** The administrator before the standing policies with a draft that was run dry. */
async function policies(stage: Stage): Promise<void> {
  const page = await signIn(stage, 'admin@demo.careline.example');
  await page.goto(`${stage.url}/admin/sla_policies`);
  await page.locator('.tier').first().waitFor();
  const first = page.locator('.tier').first().locator('.g2 input').first();
  await first.fill((await first.inputValue()) === '15m' ? '10m' : '15m');
  await first.press('Tab');
  await page.locator('.pol-head .line').nth(1).click();
  await page.locator('.dry .stat').first().waitFor();
  await page.locator('.sim li').first().waitFor({ state: 'attached' });
}

/** The console's SLA policies, for pictures. */
export const POLICY_SCENES: Scene[] = [
  { name: 'sla-policy', languages: LANGUAGES, draw: policies },
  { name: 'sla-versions', languages: LANGUAGES, draw: async (stage) => {
    await policies(stage);
    await stage.page.locator('.pol-head .ghost').nth(1).click();
    await stage.page.locator('.versions li').first().waitFor();
  } },
  { name: 'sla-activate', languages: LANGUAGES, draw: async (stage) => {
    await policies(stage);
    await stage.page.locator('.pol-head .solid').click();
    await stage.page.locator('.choice').first().waitFor();
  } },
  { name: 'sla-mistake', languages: LANGUAGES, draw: async (stage) => {
    await policies(stage);
    await stage.page.locator('.tier').first().locator('.g2 input').first().fill('15 min');
    await stage.page.keyboard.press('Tab');
    await stage.page.locator('.prob').first().waitFor();
  } },
  { name: 'sla-phone', languages: LANGUAGES, phone: true, draw: policies },
];
