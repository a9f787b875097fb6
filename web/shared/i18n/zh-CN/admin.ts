export const admin = {
  page: { title: '管理', path: '所在位置' },
  section: { policies: 'SLA策略' },
  about: { policies: '响应和解决的时限、升级规则，试运行后启用' },
};
