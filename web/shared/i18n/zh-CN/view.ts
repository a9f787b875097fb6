/** Saved views, of tickets and of the inbox alike. */
export const view = {
  label: '保存的视图', saveAs: '保存为视图', keep: '更新此视图', save: '保存', saveTitle: '保存为视图', edit: '改名与共享', change: '修改视图', saveHint: '会记住当前的筛选条件和排序', editHint: '筛选条件和排序保持不变', name: '名称', nameMissing: '给视图取个名字', nameHint: '最多{max}字', nameLong: '超出{count}字，最多{max}字',
  up: '上移', down: '下移', remove: '删除', removed: '已删除视图“{name}”', more: '视图“{name}”的操作', team: '客服组', of: { conversation: '会话视图', ticket: '工单视图' },
  sharing: { label: '谁能看到', ME: '仅自己', TEAM: '客服组', ALL: '所有人' },
  group: { QUEUE: '在队列中等待', ME: '我保存的', TEAM: '客服组共享', ALL: '所有人共享' },
  page: {
    count: '共{count}个', search: '按名称查找视图', hint: '视图名称', kind: '类型', kinds: { all: '全部', conversation: '会话', ticket: '工单' }, audience: '共享范围', audiences: { any: '全部范围', all: '所有人' },
    groups: { conversation: '会话视图', ticket: '工单视图' }, name: '名称', shows: '显示哪些', sharing: '共享给', number: { conversation: '会话', ticket: '工单' }, changed: '最后修改', readonly: '您不能修改此共享视图',
    open: { conversation: '打开视图“{name}”：{count}个会话', ticket: '打开视图“{name}”：{count}张工单' }, many: '10,000以上', changedBy: '{name}修改于{time}', madeBy: '{name}创建',
    failed: { conversation: '会话视图没有加载出来', ticket: '工单视图没有加载出来' }, none: '还没有共享的视图', noneText: '在列表里筛选后选择“保存为视图”，并共享给客服组或所有人，就会列在这里。', noneOf: { conversation: '没有共享的会话视图', ticket: '没有共享的工单视图' },
    noMatch: '没有符合条件的视图', noMatchText: '换一个名称，或放宽类型和共享范围。', unfilter: '清除条件', toInbox: '打开收件箱', toTickets: '打开工单',
    removeTitle: '删除视图“{name}”', removeText: { TEAM: '{team}的成员将不再看到它。', ALL: '所有人将不再看到它。' }, kept: { conversation: '其中的会话不受影响。不能撤销。', ticket: '其中的工单不受影响。不能撤销。' }, gone: '已删除视图“{name}”',
  },
  shown: {
    everything: { conversation: '全部会话', ticket: '全部工单' }, states: '状态：{values}', priorities: '优先级：{values}', isUnassigned: '没有客服', agentIds: '客服：{values}', teamIds: '客服组：{values}', queueIds: '队列：{values}', categoryIds: '问题分类：{values}',
    channelKinds: '渠道：{values}', customerId: '指定的一位客户', tags: '标签：{values}', clockStates: 'SLA计时：{values}', clockTarget: 'SLA指标：{values}', isAtRisk: '即将超时或已超时', isUnread: '未读', dueAfter: '{values}起到期', dueBefore: '{values}前到期', clockEndedAfter: 'SLA计时在{values}之后结束',
    createdAfter: '{values}起新建', createdBefore: '{values}前新建', startedAfter: '{values}起发起', startedBefore: '{values}前发起', ids: { conversation: '指定的{count}个会话', ticket: '指定的{count}张工单' }, other: '另有条件', unknown: '未知',
  },
};
