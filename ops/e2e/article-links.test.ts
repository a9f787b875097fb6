import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { createTestWorld, type World } from '@careline/kit/testing';
import type { SubgraphName } from '@careline/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERYTHING } from './everything.ts';

let world: World;
let admin: Identity;
let conversationId: string;

async function tell(subgraph: SubgraphName, verb: string, input: object, selection: string, viewer: Identity | null = admin): Promise<any> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
  const { data, errors } = await world.execute(subgraph, `mutation ($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer, { address: '127.0.0.1' });
  if (errors) throw errors[0]!;
  return data[verb];
}
const asks = async (document: string, variables: object, viewer: Identity | 'SYSTEM' = admin): Promise<any> => (await world.execute('conversations', document, variables as Record<string, unknown>, viewer)).data;
const identityOf = async (token: string): Promise<Identity> => ({ ...(await asks('query ($token: String!) { identity(token: $token) }', { token }, 'SYSTEM')).identity, expiresAt: 4_102_444_800 });

beforeAll(async () => {
  world = await createTestWorld(EVERYTHING);
  const { accessToken } = await tell('conversations', 'setUp', { organisationName: '云帆科技', timeZone: 'Asia/Shanghai', displayName: '林书言', email: 'a@example.com', password: `proof-${randomUUID()}` }, 'accessToken', null);
  admin = await identityOf(accessToken);
  const visit = await tell('conversations', 'startVisit', { channelKey: 'demo' }, 'customer { id } visitorToken', null);
  const started = await tell('conversations', 'startConversation', { idempotencyKey: randomUUID(), firstMessage: { clientMessageId: randomUUID(), text: '怎么退款' } }, 'conversation { id }', await identityOf(visit.visitorToken));
  conversationId = started.conversation.id;
  await tell('conversations', 'assignConversation', { conversationId, agentId: admin.agentId }, 'conversation { id }');
});
afterAll(() => world?.close());

/** A published article, of customers unless said otherwise. */
async function published(more: object = {}): Promise<{ id: string; number: string }> {
  const draft = { title: '退款多久到账', content: '1到3个工作日。', category: '支付', visibility: 'PUBLIC', locale: 'ZH_CN', effectiveDate: '2020-01-01', similarQuestions: ['退款什么时候到', '多久能收到退款', '退款到账时间'], keywords: ['退款'], ...more };
  const { article, userErrors } = await tell('knowledge', 'saveArticle', draft, 'article { id number draftVersion { id } }');
  expect(userErrors).toEqual([]);
  expect((await tell('knowledge', 'publishArticle', { versionId: article.draftVersion.id, idempotencyKey: randomUUID() }, 'article { id }')).userErrors).toEqual([]);
  return article;
}

async function rendered(text: string): Promise<string> {
  const { cannedReply } = await tell('conversations', 'saveCannedReply', { title: randomUUID(), text, sharing: 'ME' }, 'cannedReply { id }');
  return (await asks('query ($id: ID!, $conversationId: ID) { node(id: $id) { ... on CannedReply { rendered(conversationId: $conversationId) } } }', { id: cannedReply.id, conversationId })).node.rendered;
}
const macroOf = async (...steps: object[]): Promise<string> => (await tell('conversations', 'saveMacro', { name: '告知退款', steps, sharing: 'ALL' }, 'macro { id }')).macro.id;

it('link an article that customers may read, in either language, and no other', async () => {
  const [chinese, english, internal] = [await published(), await published({ locale: 'EN', title: 'Refunds' }), await published({ visibility: 'INTERNAL' })];
  expect(await rendered(`见{{article.${chinese.number}}}，{{article.${english.number}}}`)).toBe(`见http://careline.test/help/${chinese.number}，http://careline.test/help/${english.number}`);
  expect(await rendered(`{{article.${internal.number}}} {{article.KB-999999}}`)).toBe(`{{article.${internal.number}}} {{article.KB-999999}}`);
});

it('link nothing any more once the article is out of use: a macro says so and does nothing', async () => {
  const { id, number } = await published();
  const macroId = await macroOf({ verb: 'SEND_MESSAGE', value: `请看{{article.${number}}}` });
  const run = () => tell('conversations', 'runMacro', { macroId, conversationId, lastSeenSeq: 99, idempotencyKey: randomUUID() }, 'conversation { lastMessage { text } }');
  expect((await run()).conversation.lastMessage.text).toBe(`请看http://careline.test/help/${number}`);
  await tell('knowledge', 'retireArticle', { articleId: id, reason: '过时' }, 'article { id }');
  expect((await run()).userErrors).toMatchObject([{ code: 'INVALID', field: ['steps', '0', 'value'], message: `No value for {{article.${number}}}.` }]);
});

it('link an article in a reply on a ticket too', async () => {
  const { number } = await published();
  const { results } = await tell('tickets', 'createTickets', { tickets: [{ category: 'PAYMENT', subject: '退款', conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
  const ticketId = results[0].ticket.id;
  const macroId = await macroOf({ verb: 'TICKET_REPLY', value: `请看{{article.${number}}}` });
  const done = await tell('tickets', 'runMacroOnTicket', { macroId, ticketId, lastSeenSeq: 99, idempotencyKey: randomUUID() }, 'ticket { entries(last: 10) { nodes { comment { text } } } }');
  expect(done.userErrors).toEqual([]);
  expect(done.ticket.entries.nodes.map(({ comment }: any) => comment?.text)).toContain(`请看http://careline.test/help/${number}`);
});
