export const macro = {
  run: {
    manage: '管理宏',
    title: '执行宏', text: '选择一个宏，先看它会做什么', search: '查找宏', hint: '名称、拼音或首字母', list: '宏', none: '没有匹配的宏', failed: '宏没有加载出来，请稍后再试', plan: '将会执行', noPlan: '选择一个宏，这里会列出它的步骤', stuck: '有步骤现在不能执行，一步也不会做',
    submit: '执行', done: '已执行“{name}”', unreached: '没有执行：网络中断，什么都没有做，联网后再试', insist: '仍然执行', stay: '暂不执行', ticket: '工单', noTicket: '这个会话没有关联的工单', partly: '会话里的步骤不在这里执行，请在会话中执行', notHere: '这个宏只有会话里的步骤，请在会话中执行', half: '会话的步骤已完成，工单的没有：{message}', cut: '网络中断，请再次执行', conflict: '{name}刚刚发来了消息，宏还没有执行', all: '会话的步骤全部完成或都不做，工单的也是',
  },
  verb: { SEND_MESSAGE: '发送回复', ADD_NOTE: '添加备注', ADD_TAG: '添加标签', SET_PRIORITY: '设为优先级', ASSIGN: '分配给', TRANSFER: '转接到服务队列', CLOSE: '结束会话', TICKET_REPLY: '工单：回复客户', TICKET_COMMENT: '工单：添加备注', TICKET_ADD_TAG: '工单：添加标签', TICKET_SET_PRIORITY: '工单：设为优先级', TICKET_SET_STATE: '工单：设为状态', TICKET_SET_CATEGORY: '工单：设为问题分类', TICKET_ASSIGN: '工单：分配给', TICKET_ASSIGN_TEAM: '工单：转到客服组' },
  page: {
    create: '新建宏', search: '查找宏', none: '还没有宏', noneText: '把常做的几步存成宏，在会话里按M、在工单里按Shift+M一次完成。', failed: '宏没有加载出来', count: '共{count}个',
  },
  column: { name: '名称', steps: '步骤' },
  edit: {
    create: '新建宏', change: '修改宏', name: '名称', nameHint: '可用中文、拼音或首字母找到', steps: '步骤', stepsHint: '按顺序执行，最多20步；转接和结束会话之后不能再有会话的步骤', onConversation: '会话', onTicket: '工单', add: '添加步骤', verb: '第{place}步做什么', value: '第{place}步的内容', up: '上移第{place}步', down: '下移第{place}步', remove: '删除第{place}步',
    me: '执行宏的人', tag: '标签', choose: '请选择', preview: '执行时', none: '还没有步骤', saved: '已保存“{name}”',
  },
};
