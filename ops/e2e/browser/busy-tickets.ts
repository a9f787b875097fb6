import { randomUUID } from 'node:crypto';
import { arrive, asker, tell, type Ask } from '../../harness/people.ts';
import { DEMO_PASSWORD } from './busy-desk.ts';

interface Story {
  subject: string;
  priority: 'P0' | 'P1' | 'P2';
  category: 'TECHNICAL' | 'ACCOUNT' | 'PAYMENT';
  state?: 'PENDING' | 'ON_HOLD';
  isUnowned?: boolean;
}

const STORIES: Story[] = [
  { subject: '收不到短信验证码', priority: 'P0', category: 'ACCOUNT' },
  { subject: 'API 502 since this morning', priority: 'P1', category: 'TECHNICAL', isUnowned: true },
  { subject: '导出任务一直排队超过2小时', priority: 'P1', category: 'TECHNICAL' },
  { subject: '账户被锁定，提示需要联系管理员', priority: 'P2', category: 'ACCOUNT', isUnowned: true },
  { subject: '升级到企业版后历史数据是否保留', priority: 'P2', category: 'TECHNICAL', state: 'PENDING' },
  { subject: 'Webhook重复推送同一事件', priority: 'P1', category: 'TECHNICAL', state: 'ON_HOLD' },
];

/** A desk with tickets in every state, for pictures; gives the number of the one with the longest story. */
export async function fillTickets(url: string): Promise<string> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: 'supervisor@demo.careline.example', password: DEMO_PASSWORD }, 'accessToken');
  const ask = asker(url, () => accessToken);
  const { viewer } = await ask<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }');
  for (const story of STORIES) await make(url, ask, story, viewer.agent.id);
  const main = await make(url, ask, { subject: '支付成功但订单仍为待付款，同一订单被重复扣款两次', priority: 'P1', category: 'PAYMENT', isUnowned: true }, viewer.agent.id);
  const input = { ticketId: main.id };
  await tell(ask, 'updateTicket', { ...input, agentId: viewer.agent.id, tags: ['重复扣款', '渠道回调'] }, 'ticket { id }');
  await tell(ask, 'updateTicket', { ...input, priority: 'P0', reason: '涉及资金' }, 'ticket { id }');
  const comment = (text: string, more: object) => tell(ask, 'commentTicket', { ...input, clientCommentId: randomUUID(), text, ...more }, 'entry { seq }');
  await comment('支付渠道的回调在10:05到10:20之间丢了一批，运维正在补单。', { visibility: 'INTERNAL' });
  await comment('王先生您好，两笔扣款都已核实。订单将在补单后变为已付款，重复的一笔¥1,280.00已提交原路退回，预计1到3个工作日到账。', { visibility: 'PUBLIC', lastSeenSeq: 999, state: 'PENDING' });
  await tell(ask, 'updateTicket', { ...input, state: 'OPEN' }, 'ticket { id }');
  return main.number;
}

async function make(url: string, ask: Ask, { subject, priority, category, state, isUnowned }: Story, agentId: string): Promise<{ id: string; number: string }> {
  const visitor = await arrive(url, 'demo');
  await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: subject }, 'message { seq }');
  visitor.client.close();
  const ticket = { category, subject, priority, conversationId: visitor.conversationId, agentId: isUnowned ? null : agentId };
  const { results } = await tell<{ results: { ticket: { id: string; number: string } }[] }>(ask, 'createTickets', { tickets: [ticket], idempotencyKey: randomUUID() }, 'results { ticket { id number } }');
  const made = results[0]!.ticket;
  if (state) await tell(ask, 'updateTicket', { ticketId: made.id, state, reason: '等待第三方' }, 'ticket { id }');
  return made;
}
