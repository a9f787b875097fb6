import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

async function missing(stage: Stage, path: string): Promise<void> {
  const page = await signIn(stage);
  await page.goto(`${stage.url}${path}`);
  await page.locator('.empty[role=alert] .act').waitFor();
}

/** What stands where something is not there, is wrong, or has just been done, for pictures. */
export const TROUBLE_SCENES: Scene[] = [
  { name: 'missing-conversation', languages: LANGUAGES, draw: (stage) => missing(stage, '/inbox/mine/lost') },
  { name: 'missing-ticket', languages: LANGUAGES, draw: (stage) => missing(stage, '/tickets/999999') },
  { name: 'missing-phone', languages: LANGUAGES, phone: true, draw: (stage) => missing(stage, '/inbox/mine/lost') },
  { name: 'login-wrong', languages: LANGUAGES, draw: async (stage) => {
    const { page } = stage;
    await page.addInitScript(`localStorage.setItem('careline.look', JSON.stringify({ locale: '${say(stage, 'ZH_CN', 'EN')}' }))`);
    await page.goto(`${stage.url}/login`);
    await page.locator('input[name=username]').fill('nobody@demo.careline.example');
    await page.locator('input[name=password]').fill('not-the-password');
    await page.locator('button[type=submit]').click();
    await page.locator('[role=alert] .i').waitFor();
  } },
  { name: 'toast-beside-dialog', languages: LANGUAGES, draw: async (stage) => {
    const page = await signIn(stage);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.getByRole('option').first().click();
    await page.locator('.stream .bub').first().waitFor();
    await page.keyboard.press('e');
    await page.locator('.toast').waitFor();
    await page.keyboard.press('?');
    await page.locator('.dialog .keylist').first().waitFor();
  } },
];
