import { asker, tell } from '../../harness/people.ts';
import { DEMO_PASSWORD } from './busy-desk.ts';
import { LANGUAGES, say, signIn, type Scene, type Stage } from './stage.ts';

const ADMIN = 'admin@demo.careline.example';
let made: Promise<void> | null = null;

/** Views of everybody and of two teams, of both lists, long names and many conditions among them. */
async function shareViews(url: string): Promise<void> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: ADMIN, password: DEMO_PASSWORD }, 'accessToken');
  const ask = asker(url, () => accessToken);
  const { teams: { nodes: [one, two] } } = await ask<{ teams: { nodes: { id: string }[] } }>('{ teams(first: 2) { nodes { id } } }');
  const inbox = (input: object) => tell(ask, 'saveConversationView', input, 'view { id }');
  const tickets = (input: object) => tell(ask, 'saveTicketView', { columns: [], ...input }, 'view { id }');
  await inbox({ name: '全部排队', filter: { states: ['QUEUED'] }, sharing: 'ALL' });
  await inbox({ name: '华东大客户本周承诺回电而尚未回电的会话', filter: { states: ['QUEUED', 'ACTIVE'], priorities: ['P0', 'P1'], tags: ['回电', '大客户', '华东'], teamIds: [one!.id, two!.id], startedAfter: '2026-11-01T00:00:00.000Z', isUnread: true }, sharing: 'TEAM', teamId: one!.id });
  await inbox({ name: 'Everything', filter: {}, sharing: 'TEAM', teamId: two!.id });
  await tickets({ name: '紧急且即将超时', filter: { priorities: ['P0'], isAtRisk: true }, sharing: 'ALL' });
  await tickets({ name: '没有客服的退款', filter: { states: ['NEW', 'OPEN'], isUnassigned: true, tags: ['退款'], clockStates: ['BREACHED'], clockTarget: 'FIRST_RESPONSE' }, sharing: 'TEAM', teamId: two!.id });
}

async function open(stage: Stage): Promise<void> {
  await (made ??= shareViews(stage.url));
  const page = await signIn(stage, ADMIN);
  await page.goto(`${stage.url}/admin/views`);
  await page.locator('.view-group tbody tr').nth(4).waitFor();
}

async function choose(stage: Stage, nth: number): Promise<void> {
  await open(stage);
  const { page } = stage;
  await page.locator('.view-group tbody tr').nth(1).locator('.btn.icon').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem').nth(nth).press('Enter');
  await page.locator('.dialog').waitFor();
}

/** The page of shared views, for pictures; the empty one is taken before there are any. */
export const VIEWS_SCENES: Scene[] = [
  { name: 'shared-views-empty', languages: LANGUAGES, draw: async (stage) => {
    const page = await signIn(stage, ADMIN);
    await page.goto(`${stage.url}/admin/views`);
    await page.getByText(say(stage, '还没有共享的视图', 'No views are shared yet')).waitFor();
  } },
  { name: 'shared-views-page', languages: LANGUAGES, draw: open },
  { name: 'shared-views-edit', languages: LANGUAGES, draw: (stage) => choose(stage, 0) },
  { name: 'shared-views-remove', languages: LANGUAGES, draw: (stage) => choose(stage, 1) },
  { name: 'shared-views-none', languages: LANGUAGES, draw: async (stage) => {
    await open(stage);
    await stage.page.keyboard.press('f');
    await stage.page.keyboard.type(say(stage, '没有这个', 'nothing like it'));
    await stage.page.getByText(say(stage, '没有符合条件的视图', 'No view is like that')).waitFor();
  } },
  { name: 'shared-views-error', languages: LANGUAGES, draw: async (stage) => {
    await open(stage);
    const { page } = stage;
    await page.route('**/graphql', (route) => ((route.request().postData() ?? '').includes('haredTicketViews') ? route.abort() : route.continue()));
    await page.reload();
    await page.locator('.view-group [role=alert]').waitFor();
  } },
  { name: 'shared-views-list', languages: LANGUAGES, draw: async (stage) => {
    await open(stage);
    await stage.page.locator('.view-group tbody tr').nth(1).getByRole('link').press('Enter');
    await stage.page.locator('.tviews .current').waitFor();
  } },
  { name: 'shared-views-phone', languages: LANGUAGES, phone: true, draw: open },
  { name: 'shared-views-phone-edit', languages: LANGUAGES, phone: true, draw: (stage) => choose(stage, 0) },
];
