/** Conversations of the demo company, line by line: `c` the customer, `a` the agent, `n` an internal note. */

export interface DemoScript {
  queue: 'general' | 'account' | 'payment' | 'technical';
  locale: 'ZH_CN' | 'EN';
  lines: readonly (readonly ['c' | 'a' | 'n', string])[];
  tags?: string[];
  priority?: 'P0' | 'P1' | 'P2';
  score?: number;
  /** Who serves it: the name in front of the agent's mail address. Null: nobody has taken it yet. Missing: anybody of the queue. */
  owner?: string | null;
  /** A note of the supervisor that calls the owner. */
  mention?: string;
  /** A ticket that the agent makes of it. */
  ticket?: { category: 'TECHNICAL' | 'ACCOUNT' | 'PAYMENT'; subject: string; priority: 'P0' | 'P1' | 'P2' };
}

export const SCRIPTS: DemoScript[] = [
  { queue: 'account', locale: 'ZH_CN', score: 5, tags: ['验证码'], lines: [['c', '登录一直收不到短信验证码，换了两次手机还是不行'], ['a', '您好，我先帮您查一下发送记录。请问是哪个地区的号码？'], ['c', '浙江移动的，尾号1047'], ['n', '网关显示10:12、10:14两条都被运营商拦截，未退订。'], ['a', '查到了：两条都被运营商的骚扰拦截挡下。我已为您改走语音验证码，现在点“语音接收”就可以。'], ['c', '收到了，登录成功，谢谢'], ['a', '不客气，建议把1069开头的号码加入白名单，以后短信就不会被拦。']] },
  { queue: 'account', locale: 'ZH_CN', score: 4, lines: [['c', '公司改名了，账号主体怎么变更？'], ['a', '您好，需要新的营业执照和一份盖章的变更申请，在“企业信息 › 主体变更”上传即可。'], ['c', '大概多久？'], ['a', '资料齐全的话1个工作日。变更期间服务不受影响。'], ['c', '好的，明白了']] },
  { queue: 'account', locale: 'ZH_CN', lines: [['c', '员工离职了，想把他的子账号停掉，但里面的项目要留下'], ['a', '可以先把项目转交给另一位成员，再停用账号，数据都会保留。您要转给谁？'], ['c', '转给huang这个账号'], ['a', '已经转交了4个项目，原账号现已停用。您可以在“成员”里看到记录。'], ['c', '看到了，很快']], score: 5 },
  { queue: 'account', locale: 'ZH_CN', tags: ['实名'], lines: [['c', '实名认证提示“信息不一致”'], ['a', '您好，多半是姓名里有生僻字或者中间的点。请问证件上的名字有间隔号吗？'], ['c', '有的，是少数民族的名字'], ['a', '请输入全角间隔号“·”，我已为您重置了次数，可以再试3次。'], ['c', '通过了！']], score: 5 },
  { queue: 'payment', locale: 'ZH_CN', priority: 'P1', tags: ['退款'], lines: [['c', '上周申请的退款1,280元还没到账'], ['a', '您好，我看一下。退款单11月14日已提交给银行，银行一般3到7个工作日。'], ['c', '今天正好第七天'], ['n', '银行回执显示11-20已入账，可能是信用卡账单日问题。'], ['a', '银行回执显示昨天已经入账。信用卡的退款会先抵扣当期账单，您可以在账单明细里看到这笔。'], ['c', '找到了，原来抵扣了']], score: 4 },
  { queue: 'payment', locale: 'ZH_CN', lines: [['c', '发票抬头开错了，能换吗'], ['a', '可以，当月的可以作废重开。请把正确的抬头和税号发到“发票管理 › 换开”。'], ['c', '已经是上个月的了'], ['a', '跨月的需要红冲后重开，我为您建一张工单跟进，两个工作日内给您新发票。'], ['c', '麻烦了']], ticket: { category: 'PAYMENT', subject: '跨月发票红冲重开', priority: 'P2' }, score: 4 },
  { queue: 'payment', locale: 'ZH_CN', priority: 'P0', tags: ['重复扣款'], lines: [['c', '续费扣了两次！一共扣了5,960'], ['a', '非常理解您的着急，我马上核对流水。'], ['n', '支付渠道超时重试导致两笔成功，第二笔可原路退。'], ['a', '确认是支付渠道重复扣款。第二笔2,980元已原路退回，预计24小时内到账。'], ['c', '那我等等看'], ['a', '我会在明天上午主动查一次到账情况并告诉您。']], ticket: { category: 'PAYMENT', subject: '续费重复扣款，核对退款到账', priority: 'P0' }, score: 3 },
  { queue: 'payment', locale: 'ZH_CN', lines: [['c', '企业版按年付有折扣吗'], ['a', '按年付是10个月的价格，合同可以开专票。需要我把报价单发您吗？'], ['c', '发到邮箱吧'], ['a', '已发送，请查收。有问题随时找我。']] },
  { queue: 'technical', locale: 'ZH_CN', priority: 'P1', tags: ['API'], lines: [['c', '接口一直返回429，昨天还好好的'], ['a', '您好，请提供一下请求编号，我查限流记录。'], ['c', 'req_8f2k10'], ['a', '看到了，今天9点起有一个脚本每秒请求60次，超过了每秒20次的上限。'], ['c', '啊，是我们新上的定时任务，我让他们改成批量接口'], ['a', '批量接口一次最多1,000条，足够用了。文档链接我发您。']], score: 5 },
  { queue: 'technical', locale: 'ZH_CN', tags: ['性能'], lines: [['c', '控制台打开特别慢，要十几秒'], ['a', '请问是所有页面还是某一页？'], ['c', '主要是报表页'], ['a', '报表页默认查询一年，数据多时会慢。先把范围改成30天试试。'], ['c', '改成30天就快了'], ['a', '产品团队正在做预先汇总，下个版本一年的范围也会快起来。']], score: 4 },
  { queue: 'technical', locale: 'ZH_CN', priority: 'P0', tags: ['故障'], lines: [['c', '我们生产环境连不上数据库了，很急'], ['a', '马上看，请给我实例编号。'], ['c', 'db-7c31'], ['n', '可用区B有一台宿主机重启，实例正在切换到备机。'], ['a', '实例所在的宿主机刚刚重启，系统正在切换到备机，预计2分钟内恢复。'], ['c', '现在好了'], ['a', '已恢复。我为您建了故障工单，稍后会附上原因说明。']], ticket: { category: 'TECHNICAL', subject: '实例db-7c31切换，提供故障说明', priority: 'P0' }, score: 5 },
  { queue: 'technical', locale: 'ZH_CN', lines: [['c', 'SDK升级到3.0之后编译报错'], ['a', '3.0把回调改成了Promise。把报错的第一行贴给我看看？'], ['c', 'Property onReady does not exist on type Client'], ['a', '把client.onReady(fn) 换成await client.ready()。升级指南第2节有完整对照表。'], ['c', '可以了，感谢']], score: 5 },
  { queue: 'general', locale: 'ZH_CN', lines: [['c', '你们支持私有化部署吗'], ['a', '支持的，最低4核8G就能跑起来。请问大概多少坐席？'], ['c', '80个左右'], ['a', '建议8核16G起步，数据库单独一台。我可以安排顾问给您做一次容量评估。'], ['c', '好，下周二下午可以'], ['a', '已经约好周二15:00，会议链接会发到您的邮箱。']], score: 5 },
  { queue: 'general', locale: 'ZH_CN', lines: [['c', '客服几点上班'], ['a', '工作日9:00到21:00，周末10:00到18:00。其他时间留言，上线后按顺序回复。'], ['c', '了解']] },
  { queue: 'general', locale: 'ZH_CN', tags: ['建议'], lines: [['c', '希望移动端也能看报表'], ['a', '谢谢您的建议，移动端报表已经在规划里。您最常看哪几个数字？'], ['c', '当天接待量和满意度'], ['a', '记下了，上线时第一时间通知您。']], score: 5 },
  { queue: 'account', locale: 'ZH_CN', lines: [['c', '忘记密码，邮箱也用不了了'], ['a', '可以用绑定的手机号找回。尾号1221的手机还在用吗？'], ['c', '在用'], ['a', '请在登录页点“忘记密码 › 短信找回”，10分钟内有效。'], ['c', '重置好了']], score: 4 },
  { queue: 'technical', locale: 'EN', tags: ['webhook'], lines: [['c', 'Our webhook receiver gets the same event twice. Is that expected?'], ['a', 'Hi, delivery is at least once, so a retry after a slow answer looks like a double. Each event carries an id you can de-duplicate on.'], ['c', 'We answer in about 12 seconds because of a sync job'], ['a', 'That is past the 10 second limit, which triggers the retry. Answer 202 first and do the work afterwards, and the doubles stop.'], ['c', 'Makes sense, fixed. Thanks!']], score: 5 },
  { queue: 'technical', locale: 'EN', lines: [['c', 'Can I page through more than 10,000 rows?'], ['a', 'Yes. Counts stop at 10,000, paging does not. Keep passing endCursor as after.'], ['c', 'Works, I was using offsets'], ['a', 'Cursors also stay stable while new rows arrive, so nothing is skipped.']], score: 5 },
  { queue: 'account', locale: 'EN', priority: 'P1', lines: [['c', 'I am locked out after changing my phone'], ['a', 'Sorry to hear that. Do you still have one of the recovery codes?'], ['c', 'No, lost those as well'], ['n', 'Identity checked by call-back to the company number on file.'], ['a', 'Thanks for confirming by phone. The second factor is reset, you will be asked to set up a new one at sign-in.'], ['c', 'I am in again']], score: 5 },
  { queue: 'payment', locale: 'EN', tags: ['invoice'], lines: [['c', 'The invoice shows the wrong VAT number'], ['a', 'I can correct that today. What is the right number?'], ['c', 'I just updated it in the billing page'], ['a', 'Got it. The corrected invoice is in your mail and replaces the old one.']], score: 4 },
  { queue: 'general', locale: 'EN', lines: [['c', 'Do you have a data centre in Europe?'], ['a', 'Yes, in Frankfurt and Dublin. Data stays in the region you choose.'], ['c', 'Great, and can we move an existing project?'], ['a', 'We can, with a maintenance window of about 15 minutes. Shall I open a ticket for it?'], ['c', 'Please do']], ticket: { category: 'TECHNICAL', subject: 'Move project to the Frankfurt region', priority: 'P2' }, score: 5 },
];

/** Conversations that are open when the demo starts, with the agent who signs in, with colleagues, or still waiting. */
export const OPEN_SCRIPTS: DemoScript[] = [
  { queue: 'general', locale: 'EN', owner: 'agent', lines: [['c', 'Is there a student discount?'], ['a', 'There is: 40% off with a school mail address. Shall I send you the form?']] },
  { queue: 'technical', locale: 'ZH_CN', owner: 'agent', tags: ['报表'], lines: [['c', '今天导出的报表里中文全是乱码'], ['a', '我们已经复现，正在修复，预计30分钟后可以重新导出。'], ['c', '好的，等您消息'], ['a', '修复后我第一时间告诉您。']] },
  { queue: 'account', locale: 'ZH_CN', owner: 'li.ning', lines: [['c', '子账号可以批量导入吗？有两百多个'], ['a', '可以，下载模板填好后在“成员”里上传。'], ['c', '模板里的部门一列怎么填？']] },
  { queue: 'payment', locale: 'ZH_CN', owner: 'chen.yu', lines: [['c', '对公转账多久能到账？昨天转的还没显示']] },
  { queue: 'general', locale: 'ZH_CN', owner: 'agent', lines: [['c', '想了解一下企业版的坐席价格'], ['a', '您好，企业版按坐席按月计费，50个以上有阶梯价。'], ['c', '我们大概120个坐席，麻烦给个报价']] },
  { queue: 'account', locale: 'ZH_CN', owner: 'agent', priority: 'P1', tags: ['验证码'], mention: '@林书言 上周有两起都是命中免打扰名单，先看运营商回执。', lines: [['c', '登录一直收不到短信验证码'], ['a', '您好，我帮您查一下发送记录，请稍等。'], ['c', '都试了三次了，急着开会用']] },
  { queue: 'technical', locale: 'EN', owner: 'agent', priority: 'P1', lines: [['c', 'Hello, our dashboard stopped updating an hour ago'], ['a', 'Hi, thanks for telling us. Which project is it?'], ['c', 'Project lumen-prod'], ['c', 'The numbers have been frozen since 09:10.']] },
  { queue: 'account', locale: 'ZH_CN', owner: 'agent', lines: [['c', '主账号管理员离职了，现在没人能登录后台'], ['a', '您好，可以走管理员变更流程，需要公司盖章的申请。'], ['c', '申请表在哪里下载？']] },
  { queue: 'technical', locale: 'ZH_CN', owner: null, priority: 'P0', lines: [['c', '接口回调全部超时，订单都卡住了'], ['c', '请求编号req_51c7d0，麻烦尽快']] },
  { queue: 'general', locale: 'EN', owner: null, lines: [['c', 'Can we change the billing currency to euros?']] },
];
