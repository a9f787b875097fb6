export const alert = {
  page: { title: '预警', recipients: '通知谁', none: '没有预警', noneText: '当日工单或会话的首次响应达标率低于预警线时会在这里出现，并通知设置的接收方。', failed: '预警没有加载出来', more: '显示更早的', offline: '网络断开，正在第{attempt}次重连，列表可能不是最新的' },
  state: { on: '预警中', off: '已解除' },
  row: { since: '{time}触发', until: '{time}解除', takenBy: '{name}认领', tickets: '责任工单（{count}）', conversations: '责任会话（{count}）', take: '认领' },
  missed: { failed: '会话没有加载出来', none: '其中没有您能查看的会话。', conversation: '会话', customer: '客户', agent: '客服', state: '状态', noSubject: '无主题' },
  banner: { open: '查看预警' },
  list: { only: '只显示预警的{count}张责任工单', all: '查看全部工单' },
  kind: { MAIL: '邮件', WEBHOOK: 'Webhook', WECOM: '企业微信群机器人', DINGTALK: '钉钉群机器人', FEISHU: '飞书群机器人', SLACK: 'Slack及兼容' },
  occasion: { RAISED: '预警', CLEARED: '预警解除', TEST: '测试消息' },
  fate: {
    none: '还没有发送过', sending: '{occasion}发送中', sent: '{occasion}已送达，{time}', failed: '{occasion}试了{count}次后放弃：{fault}', again: '{occasion}第{count}次未送达：{fault}，{time}重试',
  },
  fault: {
    address_refused: '地址不允许访问', no_such_host: '找不到主机', connection_refused: '对方拒绝连接', connection_failed: '连接失败', connection_lost: '连接中断', timed_out: '超时', unreachable: '无法到达', certificate_refused: '证书无效', could_not_be_sent: '未能发送',
    no_mail_server_is_set_up: '未配置邮件服务器', mail_server_refused_the_sign_in: '邮件服务器拒绝登录', answered: '对方返回{status}', mailAnswered: '邮件服务器返回{status}', robot_said_nothing: '机器人没有按约定回应', robotAnswered: '机器人返回{status}',
  },
  limits: {
    title: '达标率预警条件', threshold: '低于此值预警（%）', rearm: '回到此值解除（%）', sampleMin: '当日最少结束数', save: '保存条件', saved: '预警条件已保存，一分钟内生效', number: '请填写数字。',
    hint: '按当日首次响应达标率计算，工单和会话各算各的；结束数不足时不预警。', by: '{name}于{time}修改。',
  },
  recipients: {
    title: '预警通知', add: '添加接收方', none: '还没有接收方', text: '预警触发和解除时，通知以下邮箱、群机器人和程序；控制台里有权限的人总会看到。', failed: '接收方没有加载出来', test: '发送测试', testOne: '向{address}发送测试', remove: '移除', removeOne: '移除{address}',
    removeTitle: '移除接收方', removeText: '{address}将不再收到预警，等待发送的消息也会取消。',
  },
  add: {
    kind: '通知方式', MAIL: '邮箱地址', MAILHint: '个人或邮件组', WEBHOOK: '接收地址', WEBHOOKHint: '以https://开头；内网地址须由管理员用OUTBOUND_NETWORKS放行',
    WECOM: '机器人地址', WECOMHint: '群机器人的Webhook地址，以https://qyapi.weixin.qq.com/开头', DINGTALK: '机器人地址', DINGTALKHint: '自定义机器人的Webhook地址，以https://oapi.dingtalk.com/开头；消息都含关键词Careline', FEISHU: '机器人地址', FEISHUHint: '自定义机器人的Webhook地址，以https://open.feishu.cn/开头；Lark同样可用', SLACK: 'Webhook地址', SLACKHint: 'Slack、Mattermost、Rocket.Chat等的Incoming Webhook地址',
    robotSecret: '签名密钥', robotSecretHint: '机器人安全设置选了“加签”或“签名校验”时填写；保存后不再显示',
    secretTitle: '签名密钥', secretText: '接收程序用它核对每条消息的签名。请现在保存，之后不再显示。', secret: '密钥', secretHint: '签名为HMAC-SHA256，见请求头Careline-Signature', copy: '复制', copied: '已复制', done: '我已保存',
  },
};
