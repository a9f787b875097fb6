export const common = {
  action: {
    cancel: '取消', save: '保存', retry: '重试', delete: '删除', undo: '撤销', open: '打开', dismiss: '关闭', copyRequestId: '复制请求编号', toList: '返回列表', more: '显示更多',
  },
  actor: { CUSTOMER: '客户', AGENT: '客服', BOT: '机器人', SYSTEM: '系统', API: '外部程序' },
  channel: { WEB: 'Web', APP: 'App' },
  error: {
    NETWORK: '网络没有连上。您写的草稿还在，联网后重试即可。',
    UNAVAILABLE: '服务暂时没有响应。您写的草稿还在。',
    RATE_LIMITED: '操作太频繁，请稍等几秒再试。',
    FORBIDDEN: '您没有查看的权限。需要时可以向客服主管申请。',
    NOT_FOUND: '它不存在，或不在您的权限范围内。',
    UNAUTHENTICATED: '登录已过期，重新登录后继续。',
    INTERNAL: '服务没有完成这次请求。您写的草稿还在。',
    requestId: '请求编号 {id}',
  },
  list: { separator: '、' },
  nav: { main: '主导航', inbox: '收件箱', tickets: '工单', board: 'SLA看板', alerts: '预警', admin: '管理', settings: '个人设置', me: '我的', skip: '跳到主要内容' },
  nowhere: { title: '没有这个页面', text: '地址可能写错了，或页面已经移走。' },
  priority: { P0: '紧急', P1: '高', P2: '普通' },
  state: { loading: '加载中' },
  unreached: { title: '暂时连不上Careline' },
  time: { today: '今天', secondsLeft: '{count}秒' },
};
