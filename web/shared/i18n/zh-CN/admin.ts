export const admin = {
  page: { title: '管理', path: '所在位置' },
  section: { policies: 'SLA策略', routing: '分流规则', queues: '服务队列', hours: '工作时间', channels: '渠道' },
  about: { policies: '响应和解决的时限、升级规则，试运行后启用', routing: '哪个会话进入哪个队列，试运行后启用', queues: '客服组、技能、接受时限、溢出和开放时间', hours: '每周时段、节假日和调休补班', channels: '网页挂件的外观、表单、来源和嵌入代码' },
};
