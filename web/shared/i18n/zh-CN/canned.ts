export const canned = {
  list: { manage: '管理快捷回复', label: '快捷回复', none: '没有匹配的快捷回复', failed: '快捷回复没有加载出来，请稍后再试' },
  missing: { label: '还没有填写：', goTo: '跳到“{name}”', obstacle: '填写或删除变量后可以发送' },
  sharing: { ME: '仅自己', TEAM: '客服组', ALL: '所有人' },
  page: {
    create: '新建快捷回复', search: '查找快捷回复', searchHint: '标题、拼音首字母、缩写或内容', count: '共{count}条', inUse: '使用中', retired: '已下线',
    none: '还没有快捷回复', noneText: '常说的话存在这里，回复时按“/”插入。', noMatch: '没有找到', noMatchText: '换一个词，或看看已下线的。', failed: '快捷回复没有加载出来', readonly: '只能使用，不能修改',
  },
  column: { title: '标题', shortcut: '缩写', text: '内容', sharing: '可用范围', usage: '使用次数', changed: '修改时间' },
  article: { insert: '知识条目的链接', title: '选择知识条目', search: '查找知识条目', found: '知识条目', none: '没有找到公开且已发布的知识条目', failed: '知识条目没有加载出来，请稍后再试' },
  edit: {
    create: '新建快捷回复', change: '修改快捷回复', title: '标题', titleHint: '可用中文、拼音或首字母找到', shortcut: '缩写', shortcutHint: '小写字母、数字、-、_；回复时输入“/缩写”', text: '内容', insert: '插入变量',
    sharing: '可用范围', team: '客服组', teamHint: '选择客服组', preview: '预览', previewHint: '示例数据，发送时换成客户的真实信息', retire: '下线', restore: '恢复使用',
    retiredText: '同事不再看到它，随时可以恢复', unsaved: '修改还没有保存', discard: '放弃修改', goOn: '继续编辑', saved: '已保存“{title}”', stale: '他人已修改，以下是最新内容，请核对后重新保存', unreached: '没有保存：网络中断，内容还在，联网后再试',
    tooLong: '超出{count}字',
  },
};
