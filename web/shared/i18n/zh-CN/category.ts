export const category = {
  tree: { label: '分类树', retired: '显示已停用', create: '新建分类', below: '新建下级分类', isRetired: '已停用', fields: '{count}个字段', up: '上移', down: '下移', failed: '问题分类没有加载出来', offline: '网络已断开，联网后可以保存。' },
  edit: {
    label: '编辑分类', create: '新建分类', under: '位于“{name}”之下', nameZh: '中文名称', nameEn: '英文名称', key: '键', keyHint: '大写字母、数字、下划线，以后不能修改', retire: '停用', retireHint: '停用后不能再选，已有工单不受影响', offer: '重新启用',
    choose: '选择一个分类', chooseText: '或者新建一个。', save: '保存', unsaved: '未保存', discard: '放弃修改', saved: '已保存“{name}”', stale: '别人刚改过这个分类，已载入最新内容，请重新修改。', unreached: '没有保存：网络中断', required: '必填',
  },
  form: {
    title: '工单字段', hint: '新建工单和工单页面会按这个顺序显示；勾选“解决前必填”的字段没填好就不能解决。', none: '这个分类还没有字段。', add: '添加字段', titleZh: '字段名称（中文）', titleEn: '字段名称（英文）', key: '键', keyHint: '小写字母、数字、下划线', kind: '类型', isRequired: '解决前必填',
    options: '可选值，每行一个', maxLength: '最多字符', minimum: '最小值', maximum: '最大值', remove: '删除字段“{title}”', up: '把“{title}”上移', down: '把“{title}”下移', field: '字段{place}', badKey: '以小写字母开头，只含小写字母、数字、下划线', sameKey: '这个键已经用过', fewOptions: '至少写两个不同的值', badNumber: '应为数字', keyGone: '改了键，工单里已填的内容不会跟过来', noName: '写一个名称',
  },
  kind: { text: '单行文字', lines: '多行文字', choice: '单选', choices: '多选', number: '数字', integer: '整数', boolean: '是或否', date: '日期', email: '邮箱', uri: '链接' },
};
