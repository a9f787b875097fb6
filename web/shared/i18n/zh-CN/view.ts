/** Saved views, of tickets and of the inbox alike. */
export const view = {
  label: '保存的视图', saveAs: '保存为视图', keep: '更新此视图', save: '保存', saveTitle: '保存为视图', edit: '改名与共享', change: '修改视图', saveHint: '会记住当前的筛选条件和排序', editHint: '筛选条件和排序保持不变', name: '名称', nameMissing: '给视图取个名字', nameHint: '最多{max}字', nameLong: '超出{count}字，最多{max}字',
  up: '上移', down: '下移', remove: '删除', removed: '已删除视图“{name}”', more: '视图“{name}”的操作', team: '客服组', of: { conversation: '会话视图', ticket: '工单视图' },
  sharing: { label: '谁能看到', ME: '仅自己', TEAM: '客服组', ALL: '所有人' },
  group: { ME: '我保存的', TEAM: '客服组共享', ALL: '所有人共享' },
};
