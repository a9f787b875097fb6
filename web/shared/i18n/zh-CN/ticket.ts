export const ticket = {
  create: {
    title: '新建工单', category: '问题分类', choose: '选择问题分类', categoryMissing: '选择问题分类，工单才能分给对的人', subject: '标题', subjectMissing: '写一个标题', description: '描述', hint: '与{name}的会话会关联到工单',
    done: '已新建工单 #{number}', away: '问题分类没有加载出来。', unreached: '没有新建：网络中断，重试不会重复新建',
  },
  list: { title: '工单', none: '这位客户还没有工单', away: '工单服务暂时没有响应，会话不受影响' },
  state: { NEW: '新建', OPEN: '处理中', PENDING: '待客户', ON_HOLD: '挂起', SOLVED: '已解决', CLOSED: '已关闭' },
};
