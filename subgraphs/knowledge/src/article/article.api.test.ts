import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKnowledge } from '../subgraph.ts';

const SAVE = `mutation ($input: SaveArticleInput!) { saveArticle(input: $input) {
  article { id number title state version visibility draftVersion { number } publishedVersion { number } }
  version { id number title keywords similarQuestions { id text } author { kind agent { id } } } userErrors { code field } } }`;
const PUBLISH = `mutation ($input: PublishArticleInput!) { publishArticle(input: $input) {
  article { id number state version title publishedVersion { number } draftVersion { number } } gate { isMet points { name isMet missing } } userErrors { code } } }`;
const RESTORE = 'mutation ($input: RestoreVersionInput!) { restoreVersion(input: $input) { version { id number title reason } userErrors { code } } }';
const RETIRE = 'mutation ($input: RetireArticleInput!) { retireArticle(input: $input) { article { id state publishedVersion { id } draftVersion { number } } userErrors { code } } }';
const PUBLIC = 'query ($number: String!, $locale: Locale) { publicArticle(number: $number, locale: $locale) { title versionNumber html } }';

const editor = agentIdentity({ role: 'editor' });
const text = (changes = {}) => ({
  title: '收不到验证码怎么办', content: '请检查短信拦截。', keywords: ['验证码'], similarQuestions: ['没有验证码', '短信没来', '验证码超时'],
  visibility: 'PUBLIC', effectiveDate: '2026-01-01', ...changes,
});

let world: World;
beforeAll(async () => void (world = await createTestWorld(createKnowledge)));
afterAll(() => world.close());

const run = async (document: string, input: object, viewer = editor) => {
  const { data, errors } = await world.execute('knowledge', document, { input }, viewer);
  expect(errors).toBeUndefined();
  return Object.values(data)[0] as any;
};
const save = (input: object, viewer = editor) => run(SAVE, input, viewer);
const publish = (versionId: string, more = {}) => run(PUBLISH, { versionId, idempotencyKey: randomUUID(), ...more });
const published = async (changes = {}) => {
  const saved = await save(text(changes));
  await publish(saved.version.id);
  return saved;
};
const readPublic = async (number: string, locale?: string) => (await world.execute('knowledge', PUBLIC, { number, locale })).data.publicArticle;

describe('saveArticle', () => {
  it('makes a first draft, numbered for people and signed by its author', async () => {
    const { article, version } = await save(text());
    expect(article).toMatchObject({ state: 'DRAFT', version: 1, publishedVersion: null, draftVersion: { number: 1 } });
    expect(article.number).toMatch(/^KB-\d+$/);
    expect(version).toMatchObject({ number: 1, author: { kind: 'AGENT', agent: { id: editor.id } } });
  });

  it('keeps every older version word for word', async () => {
    const { article } = await save(text());
    await save({ articleId: article.id, title: '新标题', expectedVersion: 1 });
    const { data } = await world.execute('knowledge', `query ($id: ID!) { article(id: $id) { title versions(first: 10) { totalCount nodes { number title content } } } }`, { id: article.id }, editor);
    expect(data.article.versions.nodes.map((version: any) => [version.number, version.title])).toEqual([[2, '新标题'], [1, '收不到验证码怎么办']]);
    expect(data.article.versions.totalCount).toBe(2);
  });

  it('lets exactly one of two authors with the same expectedVersion win', async () => {
    const { article } = await save(text());
    const answers = await Promise.all(['甲', '乙'].map((title) => save({ articleId: article.id, title, expectedVersion: 1 })));
    expect(answers.map((answer) => answer.userErrors[0]?.code ?? 'ok').sort()).toEqual(['STALE_VERSION', 'ok']);
    const refused = answers.find((answer) => answer.userErrors.length > 0);
    expect(refused.article).toMatchObject({ id: article.id, version: 2 });
  });

  it('makes no version of what is there already, and keeps ids of questions kept', async () => {
    const { article, version } = await save(text());
    expect((await save({ articleId: article.id, ...text() })).version.id).toBe(version.id);
    const { version: next } = await save({ articleId: article.id, similarQuestions: ['新的问法', '没有验证码'] });
    expect(next.similarQuestions[1]).toEqual(version.similarQuestions[0]);
  });

  it.each([
    ['agent', agentIdentity({ role: 'agent' })], ['customer', customerIdentity()], ['supervisor', agentIdentity({ role: 'supervisor' })],
  ])('refuses a viewer without article:write (%s)', async (_name, viewer) => {
    const { errors } = await world.execute('knowledge', SAVE, { input: text() }, viewer);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('says what is missing instead of failing', async () => {
    expect((await save({ articleId: 'art_nothing', title: 'x' })).userErrors[0].code).toBe('NOT_FOUND');
    expect((await save(text({ title: '' }))).userErrors[0]).toEqual({ code: 'REQUIRED', field: ['title'] });
  });
});

describe('publishArticle', () => {
  it('puts a version in force at once, tells everybody and leaves an audit entry', async () => {
    const db = await world.database('knowledge');
    const { article, version } = await save(text());
    const before = await db.query<{ envelope: any }>('SELECT envelope FROM outbox');
    const { article: after, gate } = await publish(version.id);
    expect(after).toMatchObject({ state: 'PUBLISHED', publishedVersion: { number: 1 }, draftVersion: null });
    expect(gate.isMet).toBe(true);
    const rows = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox')).slice(before.length).map((row) => (typeof row.envelope === 'string' ? JSON.parse(row.envelope) : row.envelope));
    expect(rows.map((row) => row.type)).toEqual(['article.published', 'audit.recorded']);
    expect(rows[0].data).toEqual({ articleId: article.id, articleNumber: article.number, versionId: version.id, versionNumber: 1 });
    expect(rows[1].data).toMatchObject({ verb: 'article:publish', subjectId: article.id, actorId: editor.id });
  });

  it('names the open points of the gate', async () => {
    const { version } = await save(text({ similarQuestions: ['一', '二'] }));
    const { article, gate, userErrors } = await publish(version.id);
    expect(article).toBeNull();
    expect(userErrors[0].code).toBe('GATE_NOT_MET');
    expect(gate.points[0]).toEqual({ name: 'similar_questions', isMet: false, missing: '3 to 5 related questions are needed; there are 2.' });
  });

  it('publishes once however often one key is sent, and refuses the key for another version', async () => {
    const { version } = await save(text());
    const { version: other } = await save(text());
    const idempotencyKey = randomUUID();
    const first = await publish(version.id, { idempotencyKey });
    expect(await publish(version.id, { idempotencyKey })).toEqual(first);
    expect((await publish(other.id, { idempotencyKey })).userErrors[0].code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await publish(version.id)).userErrors[0].code).toBe('WRONG_STATE');
  });

  it('waits durably for a later time, is exact to the moment and happens once', async () => {
    const { article, version } = await save(text());
    const publishAt = world.clock.now() + 3_600_000;
    expect((await publish(version.id, { publishAt: new Date(publishAt).toISOString() })).article.state).toBe('DRAFT');
    await world.clock.advance(3_599_999);
    await world.runJobs();
    expect(await readPublic(article.number)).toBeNull();
    await world.clock.advance(1_000);
    await world.runJobs();
    await world.clock.advance(1_000);
    await world.runJobs();
    expect(await readPublic(article.number)).toMatchObject({ versionNumber: 1 });
    const db = await world.database('knowledge');
    const rows = await db.query<{ count: number }>('SELECT COUNT(*) AS count FROM publications p JOIN articles a ON a.id = p.article_id WHERE a.number = ?', [Number(article.number.slice(3))]);
    expect(rows[0]!.count).toBe(1);
  });

  it.each(['agent', 'supervisor', 'analyst'] as const)('refuses a viewer without article:publish (%s)', async (role) => {
    const { version } = await save(text());
    const { errors } = await world.execute('knowledge', PUBLISH, { input: { versionId: version.id, idempotencyKey: randomUUID() } }, agentIdentity({ role }));
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('an article in force', () => {
  it('is shown to strangers from the midnight its first day begins to the midnight after its last, in the organisation’s zone', async () => {
    const { article } = await published({ effectiveDate: '2026-12-01', expireDate: '2026-12-02' });
    const instants: [string, boolean][] = [
      ['2026-11-30T15:59:59.999Z', false], ['2026-11-30T16:00:00.000Z', true], ['2026-12-02T15:59:59.999Z', true], ['2026-12-02T16:00:00.000Z', false],
    ];
    for (const [at, isShown] of instants) {
      await world.clock.advance(Date.parse(at) - world.clock.now());
      expect([at, (await readPublic(article.number)) !== null]).toEqual([at, isShown]);
    }
    const { data } = await world.execute('knowledge', 'query ($number: String) { article(number: $number) { state } }', { number: article.number }, editor);
    expect(data.article.state).toBe('EXPIRED');
  });

  it('stays as it is while a draft is worked on, and stays internal until a public version is published', async () => {
    const { article } = await published({ visibility: 'INTERNAL' });
    const { version } = await save({ articleId: article.id, title: '改过的标题', visibility: 'PUBLIC' });
    expect(await readPublic(article.number)).toBeNull();
    await publish(version.id);
    expect(await readPublic(article.number)).toMatchObject({ title: '改过的标题', versionNumber: 2 });
    await save({ articleId: article.id, visibility: 'INTERNAL' });
    expect(await readPublic(article.number)).toBeNull();
  });

  it('can be asked what it said on a day', async () => {
    const start = world.clock.now();
    const { article } = await published();
    await world.clock.advance(3 * 86_400_000);
    const { version } = await save({ articleId: article.id, content: '第二版' });
    await publish(version.id);
    await world.clock.advance(3 * 86_400_000);
    await run(RETIRE, { articleId: article.id, reason: '合并到别的条目' });
    const dayAfter = (days: number) => new Date(start + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
    const asked = [-1, 0, 2, 3, 6, 7];
    const fields = asked.map((days, index) => `d${index}: versionOn(date: "${dayAfter(days)}") { number }`).join(' ');
    const { data } = await world.execute('knowledge', `query ($id: ID!) { article(id: $id) { ${fields} } }`, { id: article.id }, editor);
    expect(asked.map((_, index) => data.article[`d${index}`]?.number ?? null)).toEqual([null, 1, 1, 2, 2, null]);
  });
});

describe('restoreVersion and retireArticle', () => {
  it('makes a new draft of an old version and changes nothing that is in force', async () => {
    const { article, version } = await published();
    await save({ articleId: article.id, title: '第二版' });
    const restored = await run(RESTORE, { versionId: version.id, reason: '旧的更好' });
    expect(restored.version).toMatchObject({ number: 3, title: '收不到验证码怎么办', reason: '旧的更好' });
    expect(await readPublic(article.number)).toMatchObject({ versionNumber: 1 });
  });

  it('takes an article out of use, calls off what was scheduled and refuses to do so twice', async () => {
    const { article, version } = await save(text());
    await publish(version.id, { publishAt: new Date(world.clock.now() + 1000).toISOString() });
    expect((await run(RETIRE, { articleId: article.id, reason: '不再需要' })).article.state).toBe('DRAFT');
    await world.clock.advance(5000);
    await world.runJobs();
    expect(await readPublic(article.number)).toBeNull();
    expect((await run(RETIRE, { articleId: article.id, reason: '再次' })).userErrors[0].code).toBe('WRONG_STATE');
  });
});

describe('articles', () => {
  const LIST = `query ($filter: ArticleFilter, $orderBy: ArticleOrder, $first: Int, $after: String, $last: Int, $before: String) {
    articles(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      nodes { number title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;
  const list = async (variables: object) => (await world.execute('knowledge', LIST, { first: 10, ...variables }, editor)).data.articles;
  let category: string;

  beforeEach(async () => {
    category = `类别${randomUUID()}`;
    for (const title of ['丙', '甲', '乙']) await save(text({ title, category: `${category}/${title}`, content: `${title}的正文 100% 满意_` }));
  });

  it('are paged without doubles or holes in both directions', async () => {
    const orderBy = { field: 'TITLE', direction: 'ASC' };
    const titles = (page: any) => page.nodes.map((node: any) => node.title);
    const all = titles(await list({ filter: { category }, orderBy }));
    const first = await list({ filter: { category }, orderBy, first: 2 });
    const second = await list({ filter: { category }, orderBy, first: 2, after: first.pageInfo.endCursor });
    expect([...titles(first), ...titles(second)]).toEqual(all);
    const last = await list({ filter: { category }, orderBy, first: null, last: 2 });
    const before = await list({ filter: { category }, orderBy, first: null, last: 2, before: last.pageInfo.startCursor });
    expect([...titles(before), ...titles(last)]).toEqual(all);
    expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([3, true, false]);
  });

  it('are found by words of the text, in which % and _ are letters', async () => {
    expect((await list({ filter: { category, search: '甲的正文' } })).nodes).toHaveLength(1);
    expect((await list({ filter: { category, search: '100% 满意_' } })).nodes).toHaveLength(3);
    expect((await list({ filter: { category, search: '1_0%' } })).nodes).toHaveLength(0);
  });

  it('tell drafts from what is in force and what has run out', async () => {
    await published({ category, title: '在用', expireDate: null });
    const inState = async (state: string) => (await list({ filter: { category, states: [state] } })).nodes.map((node: any) => node.title).sort();
    expect(await inState('PUBLISHED')).toEqual(['在用']);
    expect((await inState('DRAFT')).length).toBe(3);
    expect(await inState('EXPIRED')).toEqual([]);
  });

  it('of the help centre are public, in one language, by title', async () => {
    const mark = randomUUID();
    await published({ title: `b ${mark}` });
    await published({ title: `a ${mark}` });
    await published({ title: `en ${mark}`, locale: 'EN' });
    await published({ title: `内部 ${mark}`, visibility: 'INTERNAL' });
    const ask = async (locale?: string) => (await world.execute('knowledge', `query ($search: String, $locale: Locale) { publicArticles(search: $search, locale: $locale, first: 10) { nodes { title } totalCount } }`, { search: mark, locale })).data.publicArticles;
    expect(await ask()).toEqual({ nodes: [{ title: `a ${mark}` }, { title: `b ${mark}` }], totalCount: 2 });
    expect((await ask('EN')).nodes).toEqual([{ title: `en ${mark}` }]);
  });
});
