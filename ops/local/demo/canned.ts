import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import type { DemoApi } from './demo-api.ts';

/** What everybody at the demo company may say with a few letters. */
const REPLIES = [
  { title: '开场问候', shortcut: 'hi', text: '您好{{customer.displayName}}，我是{{agent.publicName}}，很高兴为您服务。' },
  { title: '请稍等', shortcut: 'sd', text: '您稍等，我马上核实，预计2分钟内回复您。' },
  { title: '退款到账时间', shortcut: null, text: '退款会原路退回，银行卡一般1到3个工作日到账。您的会话编号是{{conversation.number}}，之后报这个编号就能查到。' },
  { title: '收不到验证码', shortcut: 'yzm', text: '请先查看短信拦截记录，把1069开头的号码加入白名单，再重新获取一次。仍收不到时我为您改用语音验证码。' },
  { title: '工单已登记', shortcut: null, text: '已为您登记工单{{ticket.number}}，有进展会第一时间通知您。' },
  { title: '结束语', shortcut: 'bye', text: '感谢您的联系，祝您工作顺利。以后的问题也可以先看帮助中心：{{help.url}}' },
  { title: 'Greeting', shortcut: 'hello', text: 'Hi {{customer.displayName}}, this is {{agent.publicName}}. How can I help?' },
];

const MACROS = [
  { name: '登记退款', steps: [
    { verb: 'SEND_MESSAGE', value: '退款申请已登记，1到3个工作日原路退回。' }, { verb: 'ADD_NOTE', value: '已核实订单，按标准流程退款。会话{{conversation.number}}' },
    { verb: 'ADD_TAG', value: '退款' }, { verb: 'SET_PRIORITY', value: 'P1' },
  ] },
  { name: '问题已解决，结束会话', steps: [{ verb: 'SEND_MESSAGE', value: '很高兴问题解决了，我先结束本次会话，有需要随时再联系{{organisation.name}}。' }, { verb: 'ADD_TAG', value: '已解决' }, { verb: 'CLOSE' }] },
  { name: '转为等待客户', steps: [{ verb: 'TICKET_REPLY', value: '您好，请补充订单号和扣款截图，我们收到后马上核对。工单{{ticket.number}}' }, { verb: 'TICKET_ADD_TAG', value: '待资料' }, { verb: 'TICKET_SET_STATE', value: 'PENDING' }] },
];

/** Writes them through the public verbs, as the administrator. */
export async function makeCanned(api: DemoApi, admin: Identity): Promise<void> {
  for (const reply of REPLIES) await api.tell('conversations', 'saveCannedReply', { ...reply, sharing: 'ALL', idempotencyKey: randomUUID() }, 'cannedReply { id }', admin);
  for (const macro of MACROS) await api.tell('conversations', 'saveMacro', { ...macro, sharing: 'ALL', idempotencyKey: randomUUID() }, 'macro { id }', admin);
}
