export const admin = {
  page: { title: '管理', path: '所在位置' },
  section: { policies: 'SLA策略', automation: '自动化规则' },
  about: { policies: '响应和解决的时限、升级规则，试运行后启用', automation: '工单有变化或到了时间时自动处理，先试运行再启用' },
};
