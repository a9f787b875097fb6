export const command = {
  app: { palette: '搜索或执行命令', search: '搜索会话、工单和客户', help: '键盘快捷键', undo: '撤销' },
  list: { next: '下一个会话', previous: '上一个会话', open: '打开会话', nextUnread: '下一个未读会话', search: '筛选当前视图', look: '工单：切换列表与看板' },
  conversation: {
    reply: '回复', note: '备注', canned: '快捷回复', macro: '执行宏', later: '定时发送', undoSend: '撤销发送', recall: '撤回我的上一条消息', close: '结束会话', closeNext: '结束并打开下一个', assign: '分配给客服', transfer: '转接', take: '分配给我', snooze: '暂缓', tags: '标签', priority: '优先级', ticket: '新建工单', accept: '接受会话', back: '返回列表',
  },
  ticket: {
    create: '新建工单', next: '下一张工单', previous: '上一张工单', open: '打开工单', reply: '回复客户', note: '备注', canned: '快捷回复', macro: '执行宏', take: '分配给我', solve: '解决', pending: '等待客户', hold: '挂起', goOn: '继续处理', unassign: '取消分配', priority: '更改优先级', escalate: '升级', reopen: '重新打开', close: '关闭工单', proof: '计时依据', fields: '编辑自定义字段', copyLink: '复制客户查询链接', traces: '自动化记录', back: '返回工单列表',
    select: '选择工单', selectTo: '选择到这一行', selectAll: '选择全部', unselect: '取消选择', bulkTake: '分配给我', bulkSolve: '解决', bulkChange: '批量更改', bulkMerge: '合并', export: '导出', merge: '合并到其他工单', split: '拆分工单',
  },
  go: { mine: '打开我的会话', unassigned: '打开未分配', mentioned: "打开{'@'}我", team: '打开客服组', tickets: '打开工单', board: '打开SLA看板', alerts: '打开预警', recipients: '打开预警通知', policies: '打开SLA策略', canned: '打开快捷回复', macros: '打开宏', categories: '打开问题分类', tags: '打开工单标签', views: '打开共享视图', automation: '打开自动化规则', routing: '打开分流规则', queues: '打开服务队列', hours: '打开工作时间', channels: '打开渠道', admin: '打开管理', settings: '打开个人设置' },
  page: { save: '保存' },
  view: { save: '保存为视图', edit: '修改此视图', remove: '删除此视图', up: '上移此视图', down: '下移此视图' },
  policy: { dryRun: '试运行', activate: '启用', versions: '版本', compare: '比较差异' },
  rule: { create: '新建规则', dryRun: '试运行', activate: '启用', off: '关闭规则', versions: '版本' },
  pane: { list: '跳到列表', panel: '展开或收起客户面板', next: '下一个窗格', previous: '上一个窗格' },
  group: { conversation: '此会话', macro: '宏', ticket: '此工单', policy: '此SLA策略', rule: '此规则', go: '跳转', open: '会话', customer: '客户', found: '会话内容', ticketFound: '工单', list: '列表', app: '设置' },
  help: { title: '键盘快捷键', text: '所有快捷键', hint: '在输入框中单个字母不起作用', change: '更改快捷键', of: { list: '列表', conversation: '会话', ticket: '工单', go: '跳转', app: '各处' } },
  palette: { hint: '搜索会话内容、工单、客户或命令', none: '没有找到“{query}”', failed: '暂时无法搜索，请稍后再试', choose: '选择', run: '执行', pinyin: '支持拼音首字母' },
  pinyin: {
    app: { help: 'jian pan kuai jie jian' },
    list: { nextUnread: 'xia yi ge wei du hui hua', search: 'shai xuan dang qian shi tu', look: 'gong dan qie huan lie biao yu kan ban' },
    conversation: {
      reply: 'hui fu', note: 'bei zhu', canned: 'kuai jie hui fu', macro: 'zhi xing hong', later: 'ding shi fa song', undoSend: 'che xiao fa song', recall: 'che hui wo de shang yi tiao xiao xi', close: 'jie shu hui hua', closeNext: 'jie shu bing da kai xia yi ge', assign: 'fen pei gei ke fu', transfer: 'zhuan jie', take: 'fen pei gei wo', snooze: 'zan huan', tags: 'biao qian', priority: 'you xian ji', ticket: 'xin jian gong dan', accept: 'jie shou hui hua',
    },
    ticket: { create: 'xin jian gong dan', reply: 'hui fu ke hu', note: 'bei zhu', canned: 'kuai jie hui fu', macro: 'zhi xing hong', take: 'fen pei gei wo', solve: 'jie jue', pending: 'deng dai ke hu', hold: 'gua qi', goOn: 'ji xu chu li', unassign: 'qu xiao fen pei', priority: 'geng gai you xian ji', escalate: 'sheng ji', reopen: 'chong xin da kai', close: 'guan bi gong dan', proof: 'ji shi yi ju', fields: 'bian ji zi ding yi zi duan', copyLink: 'fu zhi ke hu cha xun lian jie', traces: 'zi dong hua ji lu', merge: 'he bing dao qi ta gong dan', split: 'chai fen gong dan', export: 'dao chu' },
    go: { mine: 'da kai wo de hui hua', unassigned: 'da kai wei fen pei', mentioned: 'da kai', team: 'da kai ke fu zu', tickets: 'da kai gong dan', board: 'da kai', alerts: 'da kai yu jing', recipients: 'da kai yu jing tong zhi', policies: 'da kai', canned: 'da kai kuai jie hui fu', macros: 'da kai hong', categories: 'da kai wen ti fen lei', tags: 'da kai gong dan biao qian', views: 'da kai gong xiang shi tu', automation: 'da kai zi dong hua gui ze', routing: 'da kai fen liu gui ze', queues: 'da kai fu wu dui lie', hours: 'da kai gong zuo shi jian', channels: 'da kai qu dao', admin: 'da kai guan li', settings: 'da kai ge ren she zhi' },
    page: { save: 'bao cun' },
    view: { save: 'bao cun wei shi tu', edit: 'xiu gai ci shi tu', remove: 'shan chu ci shi tu', up: 'shang yi ci shi tu', down: 'xia yi ci shi tu' },
    policy: { dryRun: 'shi yun xing', activate: 'qi yong', versions: 'ban ben', compare: 'bi jiao cha yi' },
    rule: { create: 'xin jian gui ze', dryRun: 'shi yun xing', activate: 'qi yong', off: 'guan bi gui ze', versions: 'ban ben' },
    pane: { panel: 'zhan kai huo shou qi ke hu mian ban' },
  },
};
