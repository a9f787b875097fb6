import { randomUUID } from 'node:crypto';
import { arrive, asker, tell, type Ask } from '../../harness/people.ts';

export const DEMO_PASSWORD = 'harbour-lantern-42';

interface Story {
  name: string;
  company: string | null;
  tier: string | null;
  priority?: 'P0' | 'P1';
  /** Who says what: the customer, the agent, or a colleague in a note. */
  lines: readonly (readonly ['customer' | 'agent' | 'note', string])[];
}

/** A busy morning of the demo's agent, for pictures. */
const STORIES: Story[] = [
  { name: '周杰', company: null, tier: null, lines: [['customer', '导出任务一直在排队'], ['agent', '队列已经恢复，您的任务排在第2位'], ['customer', '好的，谢谢，我试一下新版本'], ['agent', '有问题随时找我']] },
  { name: '孙丽', company: '青禾教育', tier: '专业版', lines: [['customer', '升级到企业版之后原来的数据还在吗'], ['agent', '都在的，升级不影响已有数据']] },
  { name: 'Alice Wong', company: 'Lumen Labs', tier: null, lines: [['customer', 'API 502 since this morning, logs attached']] },
  { name: '赵启明', company: '北辰制造', tier: '企业版', priority: 'P1', lines: [['customer', '发票抬头写错了，能不能重开？'], ['customer', '税号我发您']] },
  { name: '王强', company: null, tier: '标准版', priority: 'P0', lines: [['customer', '支付成功但订单还是待付款，已扣款 ¥1,280.00'], ['agent', '我马上核对流水'], ['customer', '请尽快，客户在等发货']] },
  { name: '李婷', company: '海岚物流', tier: '企业版', priority: 'P1', lines: [
    ['customer', '登录一直收不到短信验证码，换了两次手机还是不行'], ['agent', '李女士您好，我正在查询短信通道，请稍等一分钟。'], ['customer', '好的，我着急报税，今天必须登录'],
    ['note', '上周有两起都是命中免打扰名单，先看运营商回执。'], ['agent', '查到原因了：您的号码退订过通知短信，我已为您改走语音验证码。'], ['customer', '收到语音了，登录成功，太感谢了'],
  ] },
];

/** Lets the stories happen through the public API; gives the id of the last conversation. */
export async function fillDesk(url: string): Promise<string> {
  const [admin, agent, colleague] = await Promise.all(['admin', 'agent', 'supervisor'].map((role) => signedIn(url, `${role}@demo.careline.example`)));
  const { viewer } = await agent!<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }');
  let last = '';
  for (const story of STORIES) last = await happen(url, story, { admin: admin!, agent: agent!, colleague: colleague!, agentId: viewer.agent.id });
  return last;
}

async function signedIn(url: string, name: string): Promise<Ask> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name, password: DEMO_PASSWORD }, 'accessToken');
  return asker(url, () => accessToken);
}

async function happen(url: string, story: Story, staff: { admin: Ask; agent: Ask; colleague: Ask; agentId: string }): Promise<string> {
  const visitor = await arrive(url, 'demo');
  const { conversationId } = visitor;
  const speakers = { customer: visitor.ask, agent: staff.agent, note: staff.colleague };
  for (const [index, [who, text]] of story.lines.entries()) {
    const said = { conversationId, clientMessageId: randomUUID(), text };
    await tell(speakers[who], who === 'note' ? 'addNote' : 'sendMessage', who === 'agent' ? { ...said, lastSeenSeq: 999, confirm: true } : said, 'message { seq }');
    if (index === 0) await settle(story, conversationId, staff);
  }
  visitor.client.close();
  return conversationId;
}

async function settle({ name, company, tier, priority }: Story, conversationId: string, { admin, agentId }: { admin: Ask; agentId: string }): Promise<void> {
  const { conversation } = await admin<{ conversation: { customer: { id: string }; agent: { id: string } | null } }>('query ($id: ID!) { conversation(id: $id) { customer { id } agent { id } } }', { id: conversationId });
  await tell(admin, 'updateCustomer', { customerId: conversation.customer.id, displayName: name, company, tier }, 'customer { id }');
  if (conversation.agent?.id !== agentId) await tell(admin, 'assignConversation', { conversationId, agentId, expectedAgentId: conversation.agent?.id ?? null }, 'conversation { id }');
  if (priority) await tell(admin, 'updateConversation', { conversationId, priority }, 'conversation { id }');
}
