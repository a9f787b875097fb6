export const inbox = {
  closed: { title: '您的角色不能查看会话', text: '需要时可以向管理员申请。' },
  count: { unread: '{count}条未读', many: '10,000以上' },
  empty: {
    title: '都处理完了', text: '下一个会话到达时会提醒您。现在有{count}个未分配的会话。', plain: '下一个会话到达时会提醒您。', saved: '没有会话符合此视图的条件。', unassigned: '查看未分配',
    filteredTitle: '没有符合条件的会话', filteredText: '已在当前视图中查找。可以换一个视图，或清除筛选。', unfilter: '清除筛选',
  },
  filter: { label: '筛选', all: '全部', unread: '只看未读', urgent: 'P0和P1', draft: '有草稿' },
  group: { missed: '已超时', soon: '即将超时', waiting: '待回复', answered: '等待客户', closed: '已结束' },
  list: { label: '会话列表', failed: '会话列表没有加载出来' },
  notice: {
    CONVERSATION_OFFERED: '有新会话等您接受：{subject}', CONVERSATION_ASSIGNED: '会话已分配给您：{subject}', MENTIONED: '同事在备注中提到了您：{subject}',
    SLA_WARNING: '会话即将超时或已超时：{subject}', ESCALATED: '超时的会话升级到您的客服组：{subject}',
    QUEUE_ENTERED: '有客户在排队：{subject}', LOW_RATING: '客户给出了低分：{subject}', FOLLOWED: '关注的工单有新动态：{subject}', TEAM_TOLD: '规则请您的客服组关注工单：{subject}', SENDING_STOPPED: '定时发送没有发出：{subject}', ticketMentioned: '同事在工单中提到了您：{subject}',
  },
  row: { draft: '草稿', empty: '还没有消息', file: '[文件]', mine: '我：', note: '备注：', recalled: '[消息已撤回]', service: '会话有更新' },
  search: { label: '搜索当前视图', hint: '姓名、编号、内容', end: '结束搜索' },
  state: { BOT: '机器人接待', QUEUED: '排队中', ACTIVE: '服务中', CLOSED: '已结束' },
  title: { MINE: '我的会话', UNASSIGNED: '未分配的会话', MENTIONED: "{'@'}我的会话", SNOOZED: '已暂缓的会话', TEAM: '客服组的会话' },
  ask: { owner: '客服', any: '不限', me: '我', team: '我的客服组', none: '没有客服', state: '状态', channel: '渠道', tags: '标签', tagsHint: '多个标签用逗号隔开，有其中之一即可', unread: '只看未读', other: '另有本界面没有的条件，会原样保留' },
  view: { label: '视图', MINE: '我的', UNASSIGNED: '未分配', MENTIONED: "{'@'}我", SNOOZED: '已暂缓', TEAM: '客服组' },
};
