import { asker, tell } from '../../harness/people.ts';
import { DEMO_PASSWORD } from './busy-desk.ts';
import { missResponses } from './missed-responses.ts';
import { LANGUAGES, signIn, type Scene, type Stage } from './stage.ts';

const ADMIN = 'admin@demo.careline.example';
let raised: Promise<void> | null = null;

/** A day below the promise, with two recipients; for all pictures once. */
async function fallBelow(url: string): Promise<void> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: ADMIN, password: DEMO_PASSWORD }, 'accessToken');
  const ask = asker(url, () => accessToken);
  for (const address of ['https://hooks.example.invalid/careline', 'https://alerts.a-very-long-name-of-a-subsidiary.example.invalid/services/T0AB12CD3/B0EF45GH6/incoming?channel=service-quality']) {
    await tell(ask, 'addAlertRecipient', { kind: 'WEBHOOK', address, idempotencyKey: address.slice(0, 40) }, 'recipient { id }');
  }
  await missResponses(url, ask, 20);
}

async function alerts(stage: Stage, path: string): Promise<void> {
  await (raised ??= fallBelow(stage.url));
  const page = await signIn(stage, ADMIN);
  if ((page.viewportSize()?.width ?? 0) > 600) await page.locator('.rail .to .pip').last().waitFor();
  await page.goto(`${stage.url}${path}`);
}

/** Warnings and who is told of them, for pictures. */
export const ALERT_SCENES: Scene[] = [
  { name: 'alert-list', languages: LANGUAGES, draw: async (stage) => {
    await alerts(stage, '/alerts');
    await stage.page.locator('.alerts > li').first().waitFor();
  } },
  { name: 'alert-tickets', languages: LANGUAGES, draw: async (stage) => {
    await alerts(stage, '/tickets?view=all');
    await stage.page.locator('.banner').waitFor();
    await stage.page.locator('.trow').nth(1).waitFor();
  } },
  { name: 'alert-recipients', languages: LANGUAGES, draw: async (stage) => {
    await alerts(stage, '/admin/alerts');
    await stage.page.locator('.alerts > li').first().waitFor();
  } },
  { name: 'alert-add', languages: ['zh'], draw: async (stage) => {
    await alerts(stage, '/admin/alerts');
    await stage.page.locator('.adm-head .solid').click();
    await stage.page.locator('.dialog select').selectOption('DINGTALK');
  } },
  { name: 'alert-phone', languages: ['zh'], phone: true, draw: async (stage) => {
    await alerts(stage, '/alerts');
    await stage.page.locator('.alerts > li').first().waitFor();
  } },
];
