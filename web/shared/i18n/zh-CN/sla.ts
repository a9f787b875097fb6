export const sla = {
  target: { FIRST_RESPONSE: '首次响应', NEXT_RESPONSE: '下次响应', PERIODIC_UPDATE: '定期更新', RESOLUTION: '解决' },
  state: { RUNNING: '计时中', PAUSED: '已暂停', MET: '达标', BREACHED: '超时' },
  look: { running: '计时中', risk: '即将超时', breached: '超时', paused: '已暂停', met: '达标', missed: '超时', over: '超时 {time}', due: '{target}，截止时间{time}', pausedBy: '{target}已暂停：{why}' },
  pause: { WAITING_FOR_CUSTOMER: '待客户', ON_HOLD: '挂起', CLOSED_HOURS: '工作时间外', MERGED: '已并入另一张工单', SOLVED: '已解决' },
  cancel: { REACHED: '目标已完成', TERMS_CHANGED: 'SLA策略已变' },
  never: '未定',
  card: { used: '承诺{budget}，用时{used}', paused: '承诺{budget}，{why}', due: '承诺{budget}，截止{due}', began: '{time}开始', reached: '{time}完成', deadline: '{time}截止' },
  step: { title: '升级规则', none: '这条策略没有升级规则。', noPolicy: '没有SLA策略适用于这张工单。', to: '升级到{team}', of: '{target}超时后', byHand: '手动升级', cancelled: '已取消' },
  conversation: { title: '会话的承诺' },
  board: {
    title: 'SLA看板', all: '全部客服组', live: '实时', age: '数据是{count}秒前的', lost: '数字已不是实时的', next: '最先到期', noNext: '没有正在计时的工单', hidden: '没有权限查看的工单', owner: '{name}，{target}', open: '未完成工单', sum: '合计', count: '{priority}，{look}：{count}张工单',
    column: { running: '计时中', risk: '即将超时', breached: '超时', paused: '已暂停' },
    attainment: '今日首次响应达标率', promise: '目标 {rate}', spoken: '达标率{rate}，目标{promise}', sample: '样本{count}', noneEnded: '今天还没有完成的首次响应', conversations: '会话的首次响应', conversation: '会话', hourly: '按小时', warning: '低于目标，已预警',
    left: '工单的剩余时间', bar: '{look}：{count}张工单', within: '{time}内', beyond: '{time}以上', queues: '服务队列', noQueue: '没有服务队列', waiting: '{name}：{count}位等待中', oldest: '最久 {time}', nobody: '无人等待',
  },
  proof: {
    open: '计时依据', title: '计时依据', text: '每一段时间是否计入，以及为什么', failed: '计时依据没有加载出来', sum: '计入{counted}，未计{paused}，承诺{budget}，工作时间第{hours}版', from: '开始', to: '结束', length: '时长', counts: '是否计入', entry: { ticket: '动态', conversation: '消息' }, counted: '计入', still: '不计：{why}',
    correction: '按工作时间第{version}版，截止时间会是{due}，结果为{verdict}', hash: '校验值 {hash}',
  },
};
