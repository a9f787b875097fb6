import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

/** The administrator before a rule that is half written; the first call makes and activates another. */
async function writeRule(stage: Stage): Promise<void> {
  const page = await signIn(stage, 'admin@demo.careline.example');
  await page.goto(`${stage.url}/admin/automation/new`);
  await page.locator('.rule-form').waitFor();
  await page.locator('.field input').first().fill(say(stage, '支付类紧急工单先交给主管，再提醒核对扣款流水', 'Urgent payment tickets go to the supervisors first'));
  await page.locator('.rule-set .check').first().check();
  await page.locator('.rule-add select').selectOption('categoryIds');
  await page.locator('.rule-set').nth(1).locator('.check').nth(2).check();
  await page.locator('.rule-rows .head select').first().selectOption('ASSIGN_TEAM');
  await page.locator('.rule-rows').last().locator('li').first().locator('select').nth(1).selectOption({ index: 1 });
  await page.locator('.rule-form .ghost').click();
  await page.locator('.rule-rows').last().locator('li').nth(1).locator('select').selectOption('COMMENT');
  await page.locator('.rule-form textarea').fill(say(stage, '请先核对扣款流水，再联系客户。', 'Check the payments first, then call the customer.'));
  await page.locator('.pol-head .line').last().click();
  await page.locator('.dry .stat').first().waitFor();
}

/** The console's automation rules, for pictures. */
export const RULE_SCENES: Scene[] = [
  { name: 'rule-page', languages: LANGUAGES, draw: writeRule },
  { name: 'rule-list', languages: LANGUAGES, draw: async (stage) => {
    await writeRule(stage);
    await stage.page.locator('.pol-head .solid').click();
    await stage.page.locator('.dialog footer .solid').click();
    await stage.page.locator('.pol-head .tag.positive').waitFor();
    await stage.page.goto(`${stage.url}/admin/automation`);
    await stage.page.locator('.rules li').first().waitFor();
  } },
  { name: 'rule-tickets', languages: LANGUAGES, draw: async (stage) => {
    await writeRule(stage);
    await stage.page.locator('.dry .line').click();
    await stage.page.locator('.dialog tbody tr').first().waitFor();
  } },
  { name: 'rule-phone', languages: LANGUAGES, phone: true, draw: writeRule },
];
