import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { startSystem, type System } from '../../harness/system.ts';
import { tell, type Visitor } from '../../harness/people.ts';
import { BULK_SCENES } from './bulk-scenes.ts';
import { ALERT_SCENES } from './alert-scenes.ts';
import { fillDesk, keepWaiting } from './busy-desk.ts';
import { launchChromium, openDevice } from './chromium.ts';
import { FORM_SCENES } from './form-scenes.ts';
import { LATER_SCENES } from './later-scenes.ts';
import { lateLine } from './line.ts';
import { CANNED_SCENES } from './canned-scenes.ts';
import { CLOCK_SCENES } from './clock-scenes.ts';
import { ADMIN_SCENES } from './admin-scenes.ts';
import { POLICY_SCENES } from './policy-scenes.ts';
import { RULE_SCENES } from './rule-scenes.ts';
import { TICKET_SCENES } from './ticket-scenes.ts';
import { TROUBLE_SCENES } from './trouble-scenes.ts';
import { VIEWS_SCENES } from './views-scenes.ts';
import { enterConsole, LANGUAGES, say, signIn, THEMES, type Language, type Scene, type Stage, type Theme } from './stage.ts';
import { VisitorPage } from './visitor-page.ts';

// Takes the pictures that stand beside the design's: node --import tsx ops/e2e/browser/shots.ts <folder> [word…]
// Needs TEST_DATABASE_URL and TEST_REDIS_URL, and the built console and widget. Words choose scenes by name.

const [folder = 'shots', ...words] = process.argv.slice(2);

async function thread(stage: Stage): Promise<Page> {
  const page = await signIn(stage);
  await page.getByRole('option').first().click();
  await page.locator('.stream .bub').first().waitFor();
  if ((page.viewportSize()?.width ?? 0) > 1200) await page.locator('.tl').first().waitFor({ timeout: 5_000 }).catch(() => {});
  return page;
}

/** A supervisor's inbox with views of its own and shared ones, a long name among them. */
async function withViews(stage: Stage): Promise<Page> {
  const page = await signIn(stage, 'supervisor@demo.careline.example');
  await page.goto(`${stage.url}/inbox/team`);
  await page.getByRole('option').first().waitFor();
  const names: [string, boolean][] = [[say(stage, '退款跟进', 'Refunds to follow up'), false], [say(stage, '华东大客户本周承诺回电而尚未回电的会话', 'Promised calls back to eastern accounts'), false], [say(stage, '支付组紧急', 'Urgent payments'), true]];
  for (const [name, isShared] of names) {
    if (await page.locator('.tviews .saved', { hasText: name }).count() > 0) continue;
    await page.getByRole('button', { name: say(stage, '筛选', 'Filter'), exact: true }).click();
    await page.getByRole('menuitem').last().click();
    await page.locator('.dialog input').first().fill(name);
    if (isShared) await page.locator('.dialog').getByRole('radio', { name: say(stage, '客服组', 'Team'), exact: true }).click();
    await page.locator('.dialog footer .solid').click();
    await page.locator('.tviews .saved', { hasText: name }).waitFor();
  }
  await page.getByRole('option').first().waitFor();
  return page;
}

async function visit(stage: Stage): Promise<VisitorPage> {
  const screen = new VisitorPage(stage.page);
  await stage.page.goto(`${stage.url}/demo?lang=${stage.language}`);
  await stage.page.getByRole('button', { name: say(stage, '在线客服', 'Open chat') }).click();
  return screen;
}

async function enter(screen: VisitorPage): Promise<VisitorPage> {
  await screen.frame.locator('button.primary').click();
  await screen.frame.locator('textarea').waitFor();
  return screen;
}

async function write(screen: VisitorPage, text: string): Promise<void> {
  await screen.frame.locator('textarea').last().fill(text);
  await screen.frame.locator('textarea').last().press('Enter');
  await screen.frame.locator('.turn.out .state').last().waitFor();
}

const SCENES: Scene[] = [
  { name: 'login', languages: LANGUAGES, draw: async (stage) => {
    await stage.page.addInitScript(`localStorage.setItem('careline.look', JSON.stringify({ locale: '${say(stage, 'ZH_CN', 'EN')}' }))`);
    await stage.page.goto(`${stage.url}/login`);
    await stage.page.locator('button[type=submit]').waitFor();
  } },
  { name: 'inbox', languages: LANGUAGES, draw: async (stage) => (await signIn(stage)).getByRole('option').first().waitFor() },
  { name: 'inbox-views', languages: LANGUAGES, draw: async (stage) => void (await withViews(stage)) },
  { name: 'inbox-save-view', languages: LANGUAGES, draw: async (stage) => {
    const page = await withViews(stage);
    await page.locator('.tviews .saved .btn').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem').first().click();
    await page.locator('.dialog .view-ask').waitFor();
  } },
  { name: 'inbox-phone-views', languages: LANGUAGES, phone: true, draw: async (stage) => void (await withViews(stage)) },
  { name: 'console', languages: LANGUAGES, draw: busy },
  { name: 'thread', languages: LANGUAGES, draw: async (stage) => void (await thread(stage)) },
  { name: 'note', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.getByRole('tab').nth(1).click();
    await page.locator('.composer textarea').pressSequentially('麻烦 @');
    await page.locator('#mentions').waitFor();
  } },
  { name: 'offline', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.context().setOffline(true);
    await page.locator('.composer textarea').fill(say(stage, '我这边马上核对，请稍等', 'Checking this right now'));
    await page.keyboard.press('Control+Enter');
    await page.locator('.composer textarea').fill(say(stage, '另外，', 'Also, '));
    await page.locator('.banner b').waitFor();
  } },
  { name: 'conflict', languages: LANGUAGES, draw: conflict },
  { name: 'palette', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.keyboard.press('Control+k');
    await page.locator('.palette input').fill(say(stage, 'jie', 'clo'));
    await page.locator('.palette .cmd').first().waitFor();
  } },
  { name: 'palette-search', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.keyboard.press('/');
    await page.locator('.palette input').fill(say(stage, '回调', 'numbers'));
    await page.getByRole('group', { name: say(stage, '会话内容', 'Said in conversations') }).waitFor();
  } },
  { name: 'settings', languages: LANGUAGES, draw: async (stage) => {
    const page = await signIn(stage);
    await page.goto(`${stage.url}/settings/me`);
    await page.locator('.prefs').waitFor();
  } },
  { name: 'transfer', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.keyboard.press('Shift+A');
    await page.locator('.dialog [role=option]').first().waitFor();
  } },
  ...TICKET_SCENES,
  ...BULK_SCENES,
  ...POLICY_SCENES, ...ADMIN_SCENES,
  ...FORM_SCENES,
  ...CANNED_SCENES, ...CLOCK_SCENES, ...LATER_SCENES,
  ...RULE_SCENES, ...VIEWS_SCENES,
  ...ALERT_SCENES, ...TROUBLE_SCENES,
  { name: 'empty', languages: LANGUAGES, draw: async (stage) => {
    const page = await signIn(stage, 'wang.zh@demo.careline.example');
    await page.goto(`${stage.url}/inbox/mentioned`);
    await page.locator('.list .empty').waitFor();
  } },
  { name: 'closed', languages: LANGUAGES, draw: async (stage) => {
    const { page } = stage;
    await enterConsole(stage, 'analyst@demo.careline.example');
    await page.locator('.list .empty').waitFor();
  } },
  { name: 'ticket', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.keyboard.press('t');
    await page.locator('.dialog select').waitFor();
  } },
  { name: 'keys', languages: LANGUAGES, draw: async (stage) => {
    const page = await thread(stage);
    await page.keyboard.press('?');
    await page.locator('.dialog .keylist').first().waitFor();
  } },
  { name: 'broken', languages: LANGUAGES, draw: async (stage) => {
    const page = await signIn(stage);
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('option').last().click();
    await page.locator('.thread .empty').waitFor();
  } },
  { name: 'phone-list', languages: LANGUAGES, phone: true, draw: async (stage) => (await signIn(stage)).getByRole('option').first().waitFor() },
  { name: 'phone-thread', languages: LANGUAGES, phone: true, draw: async (stage) => void (await thread(stage)) },
  { name: 'demo', languages: LANGUAGES, draw: async (stage) => void (await (await visit(stage)).frame.locator('button.primary').waitFor()) },
  { name: 'widget-queue', languages: LANGUAGES, draw: async (stage) => {
    await keepWaiting(stage.url);
    const screen = await enter(await visit(stage));
    await write(screen, say(stage, '登录一直收不到短信验证码，换了两次手机还是不行', 'I never get the sign-in code, on two phones'));
    await screen.frame.locator('.queue').waitFor();
    return stage.page.locator('iframe');
  } },
  { name: 'widget-offline', languages: LANGUAGES, draw: async (stage) => {
    const screen = await enter(await visit(stage));
    await stage.page.context().setOffline(true);
    await write(screen, say(stage, '断网时写的话', 'Written without a network'));
    await screen.frame.locator('.banner').waitFor();
    return stage.page.locator('iframe');
  } },
  { name: 'widget-chat', languages: LANGUAGES, draw: chat(false) },
  { name: 'widget-rating', languages: LANGUAGES, draw: chat(true) },
  { name: 'widget-phone', languages: LANGUAGES, phone: true, draw: async (stage) => void (await write(await enter(await visit(stage)), say(stage, '请问几点上班', 'When do you open?'))) },
];

/** A visitor who is answered, and whose conversation is closed when asked. */
function chat(isClosed: boolean) {
  return async (stage: Stage): Promise<Locator> => {
    const screen = await enter(await visit(stage));
    const words = `${say(stage, '账号登录不上，提示密码错误', 'Our webhook gets the same event twice')} ${stage.theme}${isClosed ? '!' : ''}`;
    await write(screen, words);
    const desk = await openDevice(stage.browser);
    const page = await signIn({ ...stage, page: await desk.newPage() }, 'supervisor@demo.careline.example');
    const row = page.getByRole('option').filter({ hasText: words });
    for (const view of ['unassigned', 'team']) {
      await page.goto(`${stage.url}/inbox/${view}`);
      await page.getByRole('option').first().waitFor().catch(() => {});
      // The list draws what is in sight: looking for the words brings the row there.
      await page.keyboard.press('f');
      await page.locator('input[type=search]').fill(words);
      if (await row.waitFor({ timeout: 5_000 }).then(() => true, () => false)) break;
    }
    await row.click();
    await page.locator('.composer textarea').fill(say(stage, '您好，请告诉我登录邮箱，我帮您看一下。', 'Hi, delivery is at least once. Each event carries an id.'));
    await page.keyboard.press('Control+Enter');
    await screen.frame.locator('.turn.in .by').first().waitFor();
    if (isClosed) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('e');
      await screen.frame.locator('.stars label').nth(4).click();
      await screen.frame.locator('.reasons').waitFor();
    }
    await desk.close();
    return stage.page.locator('iframe');
  };
}


let customer: Promise<Visitor> | null = null;

/** What the customer of the busy morning sends along. */
async function screenshot({ browser, url }: Stage): Promise<Buffer> {
  const phone = await openDevice(browser, { viewport: { width: 300, height: 300 }, locale: 'zh-CN' });
  const page = await phone.newPage();
  await page.goto(`${url}/login`);
  await page.locator('button[type=submit]').click();
  const picture = await page.screenshot();
  await phone.close();
  return picture;
}

/** The agent in the midst of a busy morning, while a colleague looks in and the customer writes on. */
async function busy(stage: Stage): Promise<void> {
  const page = await signIn(stage);
  const { ask, conversationId: id } = await (customer ??= screenshot(stage).then((picture) => fillDesk(stage.url, picture)));
  await page.goto(`${stage.url}/inbox/mine/${id}`);
  await page.locator('.stream .bub').last().waitFor();
  const desk = await openDevice(stage.browser);
  const colleague = await signIn({ ...stage, page: await desk.newPage() }, 'supervisor@demo.careline.example');
  await colleague.goto(`${stage.url}/inbox/team/${id}`);
  await page.locator('.viewers').waitFor();
  await page.locator('.composer textarea').fill(say(stage, '不客气。建议把1069开头的号码加入白名单，', 'You are welcome. Please allow numbers that begin with 1069, '));
  await page.getByText(say(stage, '草稿已保存', 'Draft saved')).waitFor();
  await page.locator('.tl').first().waitFor();
  await page.locator('.thumb img').waitFor();
  await tell(ask, 'setTyping', { conversationId: id, isTyping: true }, 'isAccepted');
  await page.locator('.typing .dots').waitFor();
  await desk.close();
}

/** The reply guard: a colleague answers while this agent's line is late. */
async function conflict(stage: Stage): Promise<void> {
  const line = await lateLine(stage.page);
  const page = await thread(stage);
  const desk = await openDevice(stage.browser);
  const colleague = await signIn({ ...stage, page: await desk.newPage() }, 'supervisor@demo.careline.example');
  await colleague.goto(page.url().replace('/mine/', '/team/'));
  await colleague.locator('.stream .bub').first().waitFor();
  line.hold();
  await colleague.locator('.composer textarea').fill(say(stage, '已为您改走语音验证码，请留意来电。', 'I have switched you to a voice code.'));
  await colleague.keyboard.press('Control+Enter');
  await colleague.locator('.stream .state').last().waitFor();
  await page.locator('.composer textarea').fill(say(stage, '我这边查一下发送记录', 'Let me look at the delivery log'));
  await page.keyboard.press('Control+Enter');
  await page.locator('.dialog .bub').first().waitFor();
  await desk.close();
}

async function shoot(system: System, browser: Browser, scene: Scene, language: Language, theme: Theme): Promise<void> {
  const device = await openDevice(browser, {
    colorScheme: theme, locale: language === 'zh' ? 'zh-CN' : 'en-GB', ...(scene.phone ? { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
  });
  device.setDefaultTimeout(15_000);
  const page = await device.newPage();
  const path = join(folder, `${scene.name}-${language}-${theme}.png`);
  try {
    const part = await scene.draw({ page, url: `http://127.0.0.1:${system.gateways[0]!.port}`, language, theme, browser });
    await (part ?? page).screenshot({ path });
    console.log(path);
  } catch (error) {
    await page.screenshot({ path: path.replace('.png', '.failed.png') });
    console.error(`${path}: ${(error as Error).message.split('\n')[0]}`);
  } finally {
    await device.close();
  }
}

mkdirSync(resolve(folder), { recursive: true });
const [system, browser] = await Promise.all([startSystem('one', { CARELINE_DEMO: '1' }), launchChromium()]);
try {
  for (const scene of SCENES.filter((one) => words.length === 0 || words.some((word) => one.name.includes(word)))) {
    for (const language of scene.languages) for (const theme of THEMES) await shoot(system, browser, scene, language, theme);
  }
} finally {
  await browser.close();
  await system.stop();
}
process.exit(0);
