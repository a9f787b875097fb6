export const agent = {
  action: { signIn: '登录', signOut: '退出登录' },
  again: { title: '登录已过期', text: '重新登录后继续。您写的草稿和待发送的消息都还在。' },
  density: { COMFORTABLE: '舒适', COMPACT: '紧凑' },
  frame: { promise: '每一句话都送到，每一句话都不丢。', detail: '会话、工单与知识在同一处。断网、刷新、换设备，写到一半的内容都还在。' },
  keys: { hint: '点按键名可以更改', press: '按下新的键', taken: '这个键已用于“{command}”', restore: '恢复默认', change: '更改“{command}”的键，现在是{keys}' },
  notice: { CONVERSATION_OFFERED: '有会话等我接受', CONVERSATION_ASSIGNED: '会话分配给我', MENTIONED: '同事提到我', SLA_WARNING: '会话即将超时或已超时', ESCALATED: '超时的会话升级到客服组', QUEUE_ENTERED: '客服组有新的排队', LOW_RATING: '客户给出1或2分', FOLLOWED: '关注的工单有新动态', TEAM_TOLD: '规则通知我的客服组', SENDING_STOPPED: '我的定时发送没有发出' },
  presence: {
    ONLINE: '在线', AWAY: '离开', OFFLINE: '离线', summary: '{name}，{state}，负荷{load}/{capacity}', unreached: '没有更改：网络中断，联网后再试',
    meaning: { ONLINE: '接收新会话', AWAY: '保留会话，不接新的', OFFLINE: '不接会话' },
  },
  setUp: {
    title: '设置Careline', text: '建立第一位管理员。只在系统还没有客服时可用。', open: '设置系统', back: '返回登录', submit: '建立管理员并登录', organisationName: '组织名称', displayName: '您的姓名', email: '邮箱（用于登录）', password: '密码', passwordHint: '至少{count}个字符',
    passwordShort: '密码太短，至少要{count}个字符', timeZone: '组织所在时区', code: '设置码', codeHint: '首次启动时打印的设置码；在本机设置可以不填', missing: '这一项要填写', emailInvalid: '邮箱格式不对，例如：name{\'@\'}example.com',
  },
  setPassword: {
    title: '设置密码', text: '给您的账号设置密码，然后直接开始工作。', name: '登录名或邮箱', nameHint: '收到邀请的邮箱', password: '新密码', again: '再输一次新密码', differ: '两次输入的密码不一样', submit: '设置密码并登录',
    cut: '链接不完整，请完整复制邀请中的链接，或请管理员重新邀请。', isSet: '密码已经设置，现在可以登录。',
  },
  settings: {
    title: '个人设置', status: '状态', presence: '在线状态', look: '外观与语言', locale: '语言', theme: '主题', density: '密度', sending: '发送', undo: '撤销发送', undoOff: '关闭', undoSeconds: '{count}秒', undoHint: '回复先等几秒再发给客户，期间可以撤销。备注和“发送并结束”不等。', notices: '通知', noticeKind: '何时', desktop: '桌面', sound: '声音',
    desktopUnasked: '浏览器还没有允许桌面通知，现在只在页面内提醒。', desktopAsk: '允许桌面通知', desktopDenied: '浏览器不允许桌面通知。可以在浏览器的网站设置中打开。', quiet: '勿扰时段', quietFrom: '勿扰开始', quietTo: '勿扰结束', keys: '键盘快捷键', unreached: '没有保存：网络中断，联网后再试',
  },
  signIn: {
    title: '登录', text: '用组织给您的账号登录。', name: '登录名或邮箱', password: '密码', nameMissing: '填写登录名或邮箱', passwordMissing: '填写密码', busy: '登录中', first: '第一次使用？',
    error: { NETWORK: '网络没有连上，联网后再试。', UNAVAILABLE: '服务还没有准备好，请稍后再试。', RATE_LIMITED: '尝试太频繁，请稍等一分钟再试。', INTERNAL: '登录没有完成，请稍后再试。' },
  },
  signIns: {
    title: '已登录的设备', current: '本机', lastUsed: '最近使用 {time}', since: '{time}登录', end: '退出登录', endOne: '在{device}上退出登录', endOthers: '退出其他全部设备', ended: '已在{device}上退出登录', endedOthers: '已退出其他{count}台设备',
    onlyHere: '没有在其他设备登录', failed: '设备没有加载出来', unreached: '没有退出：网络中断，联网后再试',
  },
  theme: { SYSTEM: '跟随系统', LIGHT: '浅色', DARK: '深色' },
};
