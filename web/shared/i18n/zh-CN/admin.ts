export const admin = {
  page: { title: '管理', path: '所在位置' },
  section: { policies: 'SLA策略', recipients: '预警通知' },
  about: { policies: '响应和解决的时限、升级规则，试运行后启用', recipients: '达标率低于目标时，用邮件和Webhook通知谁' },
};
