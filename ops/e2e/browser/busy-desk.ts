import { randomUUID } from 'node:crypto';
import { arrive, asker, tell, type Ask, type Visitor } from '../../harness/people.ts';

export const DEMO_PASSWORD = 'harbour-lantern-42';

interface Story {
  name: string;
  company: string | null;
  tier: string | null;
  priority?: 'P0' | 'P1';
  phone?: string;
  /** Who says what: the customer, the agent, or a colleague in a note; `picture` is the customer's screenshot. */
  lines: readonly (readonly ['customer' | 'agent' | 'note' | 'picture', string])[];
  /** A conversation of this customer that ended before, with what the customer thought of it. */
  before?: { lines: Story['lines']; score: number };
  ticket?: { category: string; subject: string; priority: 'P1' };
}

/** What happens to the demo's agent on a busy morning, for pictures. */
const STORIES: Story[] = [
  { name: '周杰', company: null, tier: null, lines: [['customer', '导出任务一直在排队'], ['agent', '队列已经恢复，您的任务排在第2位'], ['customer', '好的，谢谢，我试一下新版本'], ['agent', '有问题随时找我']] },
  { name: '王强', company: null, tier: '标准版', priority: 'P0', lines: [['customer', '支付成功但订单还是待付款，已扣款 ¥1,280.00'], ['agent', '我马上核对流水'], ['customer', '请尽快，客户在等发货']] },
  {
    name: '李婷', company: '海岚物流', tier: '企业版', priority: 'P1', phone: '19900008047',
    before: { lines: [['customer', '发票抬头写错了，能不能重开？'], ['agent', '可以，我为您作废重开，新发票今天发到您的邮箱。']], score: 5 },
    ticket: { category: 'ACCOUNT', subject: '收不到短信验证码', priority: 'P1' },
    lines: [
      ['customer', '登录收不到短信验证码'], ['agent', '李女士您好，我正在查询短信通道，请稍等一分钟。'], ['customer', '好的，我着急报税，今天必须登录'], ['picture', '截图_登录失败.png'],
      ['note', '上周有两起都是命中免打扰名单，先看运营商回执。'], ['agent', '查到原因了：您的号码退订过通知短信，我已为您改走语音验证码。'], ['customer', '收到语音了，登录成功，太感谢了'],
    ],
  },
];

interface Desk {
  url: string;
  admin: Ask;
  agent: Ask;
  colleague: Ask;
  agentId: string;
  picture: Buffer;
}

/** Lets the stories happen through the public API; gives the customer of the last one, who is still there. */
export async function fillDesk(url: string, picture: Buffer): Promise<Visitor> {
  const [admin, agent, colleague] = await Promise.all(['admin', 'agent', 'supervisor'].map((role) => signedIn(url, `${role}@demo.careline.example`)));
  const { viewer } = await agent!<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }');
  let last: Visitor | null = null;
  for (const story of STORIES) {
    last?.client.close();
    last = await happen(story, { url, admin: admin!, agent: agent!, colleague: colleague!, agentId: viewer.agent.id, picture });
  }
  return last!;
}

async function signedIn(url: string, name: string): Promise<Ask> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name, password: DEMO_PASSWORD }, 'accessToken');
  return asker(url, () => accessToken);
}

async function happen(story: Story, desk: Desk): Promise<Visitor> {
  const visitor = await arrive(desk.url, 'demo', { device: 'Chrome on Windows' });
  if (story.before) {
    await play(visitor, story, story.before.lines, desk);
    await end(visitor, story.before.score, desk);
    const { conversation } = await tell<{ conversation: { id: string } }>(visitor.ask, 'startConversation', { idempotencyKey: randomUUID() }, 'conversation { id }');
    visitor.conversationId = conversation.id;
  }
  await play(visitor, story, story.lines, desk);
  const { conversationId } = visitor;
  if (story.priority) await tell(desk.admin, 'updateConversation', { conversationId, priority: story.priority }, 'conversation { id }');
  if (story.ticket) await tell(desk.agent, 'createTickets', { tickets: [{ ...story.ticket, conversationId }], idempotencyKey: randomUUID() }, 'results { index }');
  return visitor;
}

async function play(visitor: Visitor, story: Story, lines: Story['lines'], desk: Desk): Promise<void> {
  const { conversationId } = visitor;
  const speakers = { customer: visitor.ask, picture: visitor.ask, agent: desk.agent, note: desk.colleague };
  for (const [index, [who, text]] of lines.entries()) {
    const said = { conversationId, clientMessageId: randomUUID(), text };
    const input = who === 'agent' ? { ...said, lastSeenSeq: 999, confirm: true } : who === 'picture' ? { ...said, text: '', attachmentIds: [await upload(visitor.ask, text, desk.picture)] } : said;
    const { message } = await tell<{ message: { seq: number } }>(speakers[who], who === 'note' ? 'addNote' : 'sendMessage', input, 'message { seq }');
    if (who === 'agent') await tell(visitor.ask, 'markRead', { conversationId, seq: message.seq }, 'conversation { id }');
    if (index === 0) await settle(story, conversationId, desk);
  }
}

async function upload(ask: Ask, fileName: string, bytes: Buffer): Promise<string> {
  const { attachment, uploadUrl, headers } = await tell<{ attachment: { id: string }; uploadUrl: string; headers: { name: string; value: string }[] }>(
    ask, 'createUpload', { clientUploadId: randomUUID(), fileName, bytes: bytes.length, contentType: 'image/png' }, 'attachment { id } uploadUrl headers { name value }');
  await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(bytes), headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) });
  return attachment.id;
}

async function settle({ name, company, tier, phone }: Story, conversationId: string, { admin, agentId }: Desk): Promise<void> {
  const { conversation } = await admin<{ conversation: { customer: { id: string }; agent: { id: string } | null } }>('query ($id: ID!) { conversation(id: $id) { customer { id } agent { id } } }', { id: conversationId });
  await tell(admin, 'updateCustomer', { customerId: conversation.customer.id, displayName: name, company, tier, ...(phone ? { phone } : {}) }, 'customer { id }');
  if (conversation.agent?.id !== agentId) await tell(admin, 'assignConversation', { conversationId, agentId, expectedAgentId: conversation.agent?.id ?? null }, 'conversation { id }');
}

async function end({ ask, conversationId }: Visitor, score: number, desk: Desk): Promise<void> {
  await tell(desk.agent, 'closeConversation', { conversationId, lastSeenSeq: 999 }, 'conversation { id }');
  const { conversation } = await ask<{ conversation: { messages: { nodes: { facts: { ratingToken?: string } | null }[] } } }>('query ($id: ID!) { conversation(id: $id) { messages(last: 5) { nodes { facts } } } }', { id: conversationId });
  const token = conversation.messages.nodes.findLast((message) => message.facts?.ratingToken)!.facts!.ratingToken;
  await tell(ask, 'rateConversation', { token, score, reasons: ['SOLUTION'] }, 'rating { score }');
}

/** The only agent who is there has enough to do, and two others wait already. */
export async function keepWaiting(url: string): Promise<void> {
  const [agent, admin, supervisor] = await Promise.all(['agent', 'admin', 'supervisor'].map((name) => signedIn(url, `${name}@demo.careline.example`)));
  const { viewer } = await agent!<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }');
  await tell(admin!, 'updateAgent', { agentId: viewer.agent.id, capacity: 1 }, 'agent { id }');
  await tell(supervisor!, 'setPresence', { presence: 'AWAY' }, 'agent { id }');
  await tell(agent!, 'setPresence', { presence: 'ONLINE' }, 'agent { id }');
  for (const text of ['主账号登录不上', '验证码一直收不到']) {
    const { ask, conversationId, client } = await arrive(url, 'demo');
    await tell(ask, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text }, 'message { seq }');
    client.close();
  }
}
