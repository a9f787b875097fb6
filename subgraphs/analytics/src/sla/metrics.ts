export interface Metric {
  name: string;
  meaningZh: string;
  meaningEn: string;
  formula: string;
  grain: string;
  unit: 'count' | 'seconds' | 'share';
}

const ENDED = 'one SLA clock of a ticket or a conversation that ended; it belongs to the local day it ended';
const CONVERSATION = 'one conversation; it belongs to the local day it began';
const MESSAGE = 'one message; it belongs to the local day it was sent';

/** Every number the doors of analytics give, as it is computed there. */
export const METRICS: readonly Metric[] = [
  { name: 'sla_attainment', meaningZh: '达标率', meaningEn: 'Attainment', formula: 'sla_met / (sla_met + sla_breached)', grain: ENDED, unit: 'share' },
  { name: 'sla_met', meaningZh: '达标的计时', meaningEn: 'Clocks met', formula: "count of clocks with state = 'MET'", grain: ENDED, unit: 'count' },
  { name: 'sla_breached', meaningZh: '超时的计时', meaningEn: 'Clocks missed', formula: "count of clocks with state = 'BREACHED'", grain: ENDED, unit: 'count' },
  { name: 'sla_used_seconds_mean', meaningZh: '平均用时（工作时间）', meaningEn: 'Mean working time used', formula: 'sum(used) / (sla_met + sla_breached)', grain: ENDED, unit: 'seconds' },
  { name: 'conversations_started', meaningZh: '发起的会话', meaningEn: 'Conversations begun', formula: 'count of conversations', grain: CONVERSATION, unit: 'count' },
  { name: 'conversations_closed', meaningZh: '其中已结束的会话', meaningEn: 'Of these ended', formula: 'count of conversations with closed_at', grain: CONVERSATION, unit: 'count' },
  { name: 'wait_seconds_mean', meaningZh: '平均等待客服时间', meaningEn: 'Mean wait for an agent', formula: 'sum(waited_seconds) / count of assignments', grain: CONVERSATION, unit: 'seconds' },
  { name: 'customer_messages', meaningZh: '客户消息', meaningEn: 'Messages of customers', formula: "count of messages with author_kind = 'CUSTOMER'", grain: MESSAGE, unit: 'count' },
  { name: 'agent_messages', meaningZh: '客服消息', meaningEn: 'Messages of agents', formula: "count of messages with author_kind = 'AGENT' and visibility = 'PUBLIC'", grain: MESSAGE, unit: 'count' },
  { name: 'bot_messages', meaningZh: '机器人消息', meaningEn: 'Messages of the bot', formula: "count of messages with author_kind = 'BOT'", grain: MESSAGE, unit: 'count' },
];
