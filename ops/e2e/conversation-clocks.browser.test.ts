import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { activatePolicy } from './browser/missed-responses.ts';
import { visitorSaying } from './browser/stories.ts';

const POLICY = 'for: conversation\npriority: P2\nfirst_response: 12s\nresolution_time: 50m\n';
const WAIT = { timeout: 60_000 };

let desk: Desk;
let lin: AgentPage;
let admin: Ask;
let documentId: string;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  const { document, version } = await tell<{ document: { id: string }; version: { id: string } }>(admin, 'saveSlaPolicy', { name: '会话', content: { yaml: POLICY } }, 'document { id } version { id }');
  documentId = document.id;
  await activatePolicy(admin, version.id);
  lin = await AgentPage.signIn(desk, desk.lin);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

// One conversation whose first answer comes too late; each test goes on where the one before ended.
describe('the clock of a conversation', { timeout: 180_000 }, () => {
  it('ticks in the panel before the agent’s eyes', async () => {
    await visitorSaying(desk, '登录一直收不到验证码');
    await lin.open('登录一直收不到验证码');
    const clock = lin.page.getByRole('region', { name: '会话的承诺' }).getByRole('listitem').filter({ hasText: '解决' }).locator('.sla');
    await clock.waitFor(WAIT);
    const seen = new Set<string>();
    await expect.poll(async () => seen.add(await clock.innerText()).size, WAIT).toBeGreaterThan(2);
    expect([...seen].every((text) => /^[45]\d:\d\d$/.test(text.trim()))).toBe(true);
  });

  it('is missed in list and panel, and tells whose conversation it is', async () => {
    await lin.row('登录一直收不到验证码').locator('.sla.breached').waitFor(WAIT);
    await expect.poll(() => lin.row('登录一直收不到验证码').locator('.sla').innerText(), WAIT).toMatch(/超时/);
    await lin.page.getByRole('region', { name: '会话的承诺' }).getByRole('listitem').filter({ hasText: '首次响应' }).locator('.sla.breached').waitFor(WAIT);
    await lin.page.locator('.thread > header > .sla.breached').filter({ hasText: /首次响应\s*超时/ }).waitFor(WAIT);
    await lin.page.locator('.list .group').filter({ hasText: '已超时' }).waitFor(WAIT);
    await lin.page.locator('.thread .event').filter({ hasText: /首次响应超时，截止时间是\d\d:\d\d/ }).waitFor(WAIT);
    expect(await findBarriers(lin.page)).toEqual([]);
  });

  it('ends with the first answer of a person; then the list shows the next promise', async () => {
    await lin.take('登录一直收不到验证码');
    await lin.say('我来查');
    await lin.view('我的');
    await lin.row('我来查').locator('.sla:not(.breached)').waitFor(WAIT);
    await lin.open('我来查');
    await lin.page.getByRole('region', { name: '会话的承诺' }).getByRole('listitem').filter({ hasText: '首次响应' }).locator('.sla.breached.ended').waitFor(WAIT);
  });

  it('shows how its time was counted, message by message', async () => {
    await lin.page.getByRole('region', { name: '会话的承诺' }).getByRole('button', { name: '计时依据' }).click();
    const proof = lin.page.getByRole('dialog', { name: '计时依据' });
    const [first, resolution] = ['首次响应', '解决'].map((target) => proof.locator('section').filter({ has: lin.page.getByRole('heading', { name: target }) }));
    await first!.locator('tbody tr').filter({ hasText: '计入' }).waitFor(WAIT);
    expect(await first!.getByRole('heading').innerText()).toMatch(/超时/);
    expect(await resolution!.getByRole('heading').innerText()).toMatch(/计时中/);
    expect(await findBarriers(lin.page)).toEqual([]);
  });

  it('stands on the wall board among what runs out next, and what was missed in its attainment', async () => {
    await lin.page.goto(`${desk.url}/wallboard/sla`);
    await lin.page.getByRole('region', { name: '今日首次响应达标率' }).locator('.figures').filter({ hasText: /0\.0%\s*会话的首次响应\s*样本1/ }).waitFor(WAIT);
    await lin.page.getByRole('region', { name: '最先到期' }).getByRole('link', { name: '会话' }).click();
    await lin.page.locator('.thread .bub').filter({ hasText: '登录一直收不到验证码' }).first().waitFor(WAIT);
    await lin.page.locator('.tl li').filter({ hasText: /会话 #\d+ 的首次响应超时/ }).waitFor(WAIT);
  });

  it('makes a bad day a warning of its own, which leads to the conversations responsible by one click', async () => {
    await tell(admin, 'saveAttainmentLimits', { threshold: 0.95, rearm: 0.955, sampleMin: 1 }, 'limits { version }');
    await lin.page.getByText('会话首次响应达标率 0.0%').first().waitFor(WAIT);
    await lin.page.getByRole('button', { name: '责任会话（1）' }).click();
    const named = lin.page.getByRole('dialog', { name: '责任会话（1）' });
    await named.getByRole('link').waitFor(WAIT);
    expect(await findBarriers(lin.page)).toEqual([]);
    await named.getByRole('link').click();
    await lin.page.locator('.thread .bub').filter({ hasText: '登录一直收不到验证码' }).first().waitFor(WAIT);
    await lin.page.goto(`${desk.url}/wallboard/sla`);
    await lin.page.getByRole('region', { name: '今日首次响应达标率' }).locator('.figures').filter({ hasText: /会话的首次响应.*已预警/ }).waitFor(WAIT);
  });

  it('shows whoever reads its policy what another version would have made of it', async () => {
    const { version } = await tell<{ version: { id: string } }>(admin, 'saveSlaPolicy', { documentId, content: { yaml: POLICY.replace('12s', '40m') } }, 'version { id }');
    await activatePolicy(admin, version.id);
    await lin.page.goto(`${desk.url}/admin/sla_policies/${documentId}`);
    const found = lin.page.getByRole('region', { name: '试运行：近30天' }).getByRole('group', { name: '会话' });
    await found.getByText('1个会话，其中1个有承诺').waitFor(WAIT);
    await found.getByText('0 / 1 →').waitFor(WAIT);
    await found.getByRole('button', { name: '查看1个会话' }).click();
    const changes = lin.page.getByRole('dialog', { name: '结果会变的会话' });
    await changes.getByRole('row').filter({ hasText: /首次响应.*超时.*达标/s }).waitFor(WAIT);
    expect(await findBarriers(lin.page)).toEqual([]);
    await changes.getByRole('link').click();
    await lin.page.locator('.thread .bub').filter({ hasText: '登录一直收不到验证码' }).first().waitFor(WAIT);
  });
});
