/** Articles of the demo company's help centre. */

export interface DemoArticle {
  locale: 'ZH_CN' | 'EN';
  category: string;
  title: string;
  keywords: string[];
  content: string;
  similarQuestions: string[];
}

export const ARTICLES: DemoArticle[] = [
  { locale: 'ZH_CN', category: '账户', title: '收不到短信验证码怎么办', keywords: ['验证码', '短信', '登录'], similarQuestions: ['短信验证码收不到', '登录没有验证码', '验证码一直不来'], content: '大多数情况3分钟内可以恢复，请按顺序检查：\n\n1. 看看是否进了手机的“骚扰拦截”。\n2. 两次获取之间至少间隔60秒，一小时最多5次。\n3. 确认号码没有退订过通知短信。退订后回复 `TD0` 可重新开通。\n\n| 现象 | 原因 | 处理 |\n|---|---|---|\n| 提示“发送过于频繁” | 一小时内超过5次 | 等待一小时，或改用语音验证码 |\n| 一直没有短信 | 运营商拦截 | 把1069开头的号码加入白名单 |\n| 提示“号码异常” | 号码已退订 | 回复TD0 |\n\n仍未解决，请在线联系客服。' },
  { locale: 'ZH_CN', category: '账户', title: '忘记密码如何找回', keywords: ['密码', '找回'], similarQuestions: ['密码忘了怎么办', '重置密码', '登录密码找回'], content: '在登录页点“忘记密码”，选择短信或邮箱找回，链接10分钟内有效。\n\n新密码至少12个字符。修改后，其他设备会全部退出登录。' },
  { locale: 'ZH_CN', category: '账户', title: '企业主体变更需要什么资料', keywords: ['主体', '变更', '营业执照'], similarQuestions: ['公司改名怎么变更', '主体变更流程', '换营业执照'], content: '请准备：\n\n- 新的营业执照\n- 盖章的变更申请\n- 经办人身份证明\n\n在“企业信息 › 主体变更”上传，资料齐全时1个工作日完成，期间服务不受影响。' },
  { locale: 'ZH_CN', category: '支付', title: '退款多久到账', keywords: ['退款', '到账'], similarQuestions: ['退款什么时候到', '退的钱没收到', '退款进度'], content: '| 支付方式 | 到账时间 |\n|---|---|\n| 支付宝、微信 | 1个工作日内 |\n| 借记卡 | 3到5个工作日 |\n| 信用卡 | 3到7个工作日，先抵扣当期账单 |\n\n超过时间未到账，请提供退款单号联系客服。' },
  { locale: 'ZH_CN', category: '支付', title: '如何开具和换开发票', keywords: ['发票', '专票'], similarQuestions: ['发票怎么开', '发票抬头错了', '重开发票'], content: '在“费用中心 › 发票管理”申请。当月发票可作废重开；跨月发票需红冲后重开，约2个工作日。' },
  { locale: 'ZH_CN', category: '技术', title: '接口返回429是什么意思', keywords: ['429', '限流', 'API'], similarQuestions: ['接口429', '请求太频繁', 'API限流'], content: '表示请求超过了限流上限（默认每秒20次）。响应头说明了何时可以重试：\n\n```http\nHTTP/1.1 429 Too Many Requests\nRetry-After: 2\n```\n\n建议改用批量接口，并按 `Retry-After` 等待后重试：\n\n```js\nif (response.status === 429) {\n  await wait(Number(response.headers.get("retry-after")) * 1000);\n}\n```' },
  { locale: 'ZH_CN', category: '技术', title: 'SDK 3.0升级指南', keywords: ['SDK', '升级'], similarQuestions: ['SDK怎么升级', '升级3.0报错', 'onReady不存在'], content: '3.0把回调改为Promise：\n\n| 2.x | 3.0 |\n|---|---|\n| `client.onReady(fn)` | `await client.ready()` |\n| `client.send(msg, fn)` | `await client.send(msg)` |\n\n其余接口不变。' },
  { locale: 'EN', category: 'Technical', title: 'Why does my webhook arrive twice?', keywords: ['webhook', 'retry'], similarQuestions: ['duplicate webhook', 'webhook received twice', 'same event two times'], content: 'Webhooks are delivered **at least once**. If your receiver does not answer within 10 seconds the event is sent again.\n\n- Answer `202` first, then do the work.\n- Remember the event id and skip one you have seen.' },
  { locale: 'EN', category: 'Account', title: 'I lost my second factor', keywords: ['2FA', 'recovery code'], similarQuestions: ['lost authenticator', 'locked out second factor', 'new phone 2FA'], content: 'Use one of your recovery codes at sign-in. Without them, an administrator of your organisation can reset the second factor under **Members**.' },
  { locale: 'EN', category: 'Billing', title: 'How do refunds work?', keywords: ['refund'], similarQuestions: ['when is my refund', 'refund time', 'money back'], content: 'Refunds go back the way you paid. Cards take 3 to 7 working days and may first reduce your current statement.' },
];
