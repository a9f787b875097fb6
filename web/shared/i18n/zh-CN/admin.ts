export const admin = {
  page: { title: '管理', path: '所在位置' },
  section: { policies: 'SLA策略', categories: '问题分类' },
  about: { policies: '响应和解决的时限、升级规则，试运行后启用', categories: '分类树，以及每个分类要填写的字段' },
};
