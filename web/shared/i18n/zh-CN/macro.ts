export const macro = {
  run: {
    manage: '管理宏',
    title: '执行宏', text: '选择一个宏，先看它会做什么', search: '查找宏', hint: '名称、拼音或首字母', list: '宏', none: '没有匹配的宏', failed: '宏没有加载出来，请稍后再试', plan: '将会执行', noPlan: '选择一个宏，这里会列出它的步骤', stuck: '有步骤现在不能执行，一步也不会做',
    submit: '执行', done: '已执行“{name}”', unreached: '没有执行：网络中断，什么都没有做，联网后再试', insist: '仍然执行', stay: '暂不执行', conflict: '{name}刚刚发来了消息，宏还没有执行', all: '全部完成，或都不做',
  },
  verb: { SEND_MESSAGE: '发送回复', ADD_NOTE: '添加备注', ADD_TAG: '添加标签', SET_PRIORITY: '设为优先级', ASSIGN: '分配给', TRANSFER: '转接到服务队列', CLOSE: '结束会话' },
  page: {
    create: '新建宏', search: '查找宏', none: '还没有宏', noneText: '把常做的几步存成宏，在会话里按M一次完成。', failed: '宏没有加载出来', count: '共{count}个',
  },
  column: { name: '名称', steps: '步骤' },
  edit: {
    create: '新建宏', change: '修改宏', name: '名称', nameHint: '可用中文、拼音或首字母找到', steps: '步骤', stepsHint: '按顺序执行，最多20步；转接和结束会话只能放在最后', add: '添加步骤', verb: '第{place}步做什么', value: '第{place}步的内容', up: '上移第{place}步', down: '下移第{place}步', remove: '删除第{place}步',
    me: '执行宏的人', tag: '标签', choose: '请选择', preview: '执行时', none: '还没有步骤', saved: '已保存“{name}”',
  },
};
