export const hours = {
  page: {
    create: '新建工作时间', scope: '修改对谁生效', NEW_ONLY: '只对新开始的计时', RETARGET_OPEN: '也重算进行中的计时', saved: '工作时间已保存', retargeted: '已保存，正在重算{count}个计时', tookIn: '读入{count}天，保存后生效', failed: '工作时间加载失败', missing: '没有这个工作时间',
  },
  state: { closes: '开放至{at}', opens: '已关闭，{at}开放', always: '始终开放', never: '不再开放' },
  form: {
    name: '名称', key: '标识', keyHint: '小写字母、数字或下划线，策略和规则里用它，创建后不能修改', zone: '时区', week: '每周时段', copyMonday: '周二至周五与周一相同', weekHint: '一天可有多个时段；结束早于开始表示过夜，一天的结束写 24:00。',
    closed: '休息', interval: '时段', from: '{label}第{number}个时段的开始', to: '{label}第{number}个时段的结束', overnight: '次日', removeInterval: '删除{label}的第{number}个时段', addInterval: '为{label}添加时段',
    since: '自{date}起', until: '{date}之前', later: '未到', begun: '已生效', change: '更改每周时段', changeDate: '生效日期', addPeriod: '从这天起改用其他时段', removePeriod: '删除自{date}起的时段', changeHint: '生效日期之前的日子仍按原来的时段计算；节假日与调休优先于每周时段。',
    special: '节假日与调休', newDate: '日期', addDay: '添加一天', plan: '2026年国务院放假安排', ics: '导入.ics文件', noSpecial: '没有特殊日，每天都按每周时段。', dayName: '{date}的名称', dayKind: '{date}的类型', removeDay: '删除 {date}',
  },
  past: { title: '修改会改变过去的日子', text: '有{count}个已过去的日子会按新的时段计算。', clocks: '已有的计时保持原来的结果；每张工单的“计时证明”会列出不同之处。若只想从某日起改，请返回并添加生效日期。', day: '日期', before: '原来', after: '改为', more: '另有{count}天未列出。', back: '返回修改', confirm: '更正过去的时段' },
  kind: { HOLIDAY: '节假日', MAKE_UP_WORKDAY: '调休补班', OTHER_HOURS: '其他时间' },
  weekday: { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' },
  short: { 1: '一', 2: '二', 3: '三', 4: '四', 5: '五', 6: '六', 7: '日' },
  month: { before: '上个月', after: '下个月' },
};
