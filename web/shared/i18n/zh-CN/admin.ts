export const admin = {
  page: { title: '管理', path: '所在位置' },
  section: { policies: 'SLA策略', canned: '快捷回复', macros: '宏', categories: '问题分类', tags: '工单标签', views: '共享视图', automation: '自动化规则', routing: '分流规则', queues: '服务队列', hours: '工作时间', channels: '渠道', recipients: '预警通知' },
  about: { policies: '响应和解决的时限、升级规则，试运行后启用', canned: '随时可以插入回复的文字，可以带变量', macros: '一键完成的几个步骤，要么全部完成，要么都不做', categories: '分类树，以及每个分类要填写的字段', tags: '工单带有的标签和数量，可重命名、合并和移除', views: '所有人和各客服组共享的会话视图与工单视图', automation: '工单有变化或到了时间时自动处理，先试运行再启用', routing: '哪个会话进入哪个队列，试运行后启用', queues: '客服组、技能、接受时限、溢出和开放时间', hours: '每周时段、节假日和调休补班', channels: '网页挂件的外观、表单、来源和嵌入代码', recipients: '达标率低于目标时，用邮件和Webhook通知谁' },
};
