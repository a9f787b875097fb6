export const routing = {
  page: {
    text: '从上到下，第一条全部条件都满足的规则决定会话进入哪个队列。修改先存为草稿，试运行后才能启用。',
    add: '添加规则', save: '存为新版本', dryRun: '试运行', activate: '启用', dirty: '未保存', otherwise: '其他会话', saved: '已存为版本 {number}', activated: '版本{number}已启用',
    leave: '有未保存的修改，确定离开？', offline: '已断线，修改会保留在此页，恢复后可保存。', failed: '分流规则加载失败', unreached: '没有连上服务器，请重试。', empty: '还没有规则', emptyText: '所有会话都进入默认队列。',
  },
  version: { label: '版本', name: '版本 {number} · {state} · {at}', DRAFT: '草稿', SCHEDULED: '待启用', ACTIVE: '使用中', RETIRED: '曾启用' },
  rule: {
    name: '第{number}条规则的名称', namePlaceholder: '规则名称', up: '上移第{number}条规则', down: '下移第{number}条规则', remove: '删除第{number}条规则', shadowed: '永远不会用到：“{name}”总是先匹配。', everything: '没有条件：匹配所有会话。',
    condition: '条件 {number}', field: '条件{number}看什么', addValue: '为条件{number}添加值', removeValue: '移除 {value}', removeCondition: '删除条件 {number}', addCondition: '添加条件', choose: '选择…', allChosen: '已全部选择', type: '输入后按回车',
    queue: '第{number}条规则的队列', noQueue: '选择队列', priority: '第{number}条规则的优先级', samePriority: '优先级不变', skills: '第{number}条规则要求的技能',
  },
  field: { CHANNEL: '渠道', LOCALE: '客户语言', FORM: '表单答案', TEXT: '首条消息含', TIER: '服务等级', TAG: '客户标签', HOURS: '工作时间' },
  channel: { WEB: '所有网页渠道', APP: '所有应用渠道' },
  form: { pair: '{name}：{value}', yes: '是', no: '否' },
  hours: { open: '{name}之内', closed: '{name}之外' },
  skill: { add: '添加技能', level: '{name}的最低等级', atLeast: '≥ {level}' },
  test: {
    title: '用一个会话试一试', conversation: '会话', hint: '按会话开始时的内容判断，不改变任何东西', none: '还没有会话', example: '试运行中的会话', run: '试一试', goes: '会进入', byRule: '规则“{name}”', byDefault: '没有规则匹配，默认队列',
    candidates: '现在可接待的客服', nobody: '没有客服服务这个队列。', holds: '满足', fails: '不满足',
  },
  dry: {
    title: '试运行', none: '这个版本还没有试运行。试运行会用最近30天的会话重新判断，不改变任何东西。', running: '正在试运行{percent}%，已看{count}个会话', done: '看了{count}个会话，与版本{number}相比有{changed}个会进入别的队列。',
    failed: '试运行失败，请再试一次。', dirty: '结果是已保存的版本的，不含未保存的修改。', try: '试 #{number}',
  },
  excluded: { NOT_ONLINE: '不在线', AT_CAPACITY: '已满', TEAM_AT_CAPACITY: '客服组已满', NOT_IN_TEAM: '不在客服组', MISSING_SKILL: '缺少技能', NOT_ALLOWED: '无权限', DECLINED: '已谢绝' },
  strategy: { LAST_AGENT: '上次服务的客服优先', SKILL: '技能等级高者优先', LEAST_LOAD: '负载低者优先', LONGEST_IDLE: '空闲久者优先' },
  order: { up: '上移{name}', down: '下移{name}', none: '还没有选择。' },
  queue: {
    basics: '基本', name: '名称', key: '标识', keyHint: '小写字母、数字或下划线，创建后不能修改', teams: '客服组，排在前面的先问', addTeam: '添加客服组…', online: '{count}人在线',
    giving: '分配', strategy: '选择客服的顺序', addStep: '添加一步…', accept: '接受时限（秒）', acceptHint: '0：不询问，直接分配；最多300秒', skills: '要求的技能', skillsHint: '没有这些技能的客服不会被分配；留空：不要求', skillSeconds: '多少秒后放宽技能要求', skillSecondsHint: '留空：始终要求',
    overflow: '溢出', overflowQueue: '溢出到', noOverflow: '不溢出', overflowSeconds: '等待多少秒后溢出', overflowHint: '只计开放时间；留空：不按等待时间溢出',
    opening: '开放时间', hours: '工作时间', always: '始终开放', hoursUnknown: '已选择的工作时间', closed: '关闭时', WAIT: '排队等到开放', OVERFLOW: '立即转到溢出队列', closedNeedsOverflow: '请先选择溢出队列，否则会排队等到开放。',
    closedZh: '关闭时告诉访客的话（中文）', closedEn: '关闭时告诉访客的话（英文）', closedHint: '与下次开放时间一起显示，最多300字',
    waiting: '开放 · {count}人排队', opensAt: '{at}开放 · {count}人排队', shut: '已关闭 · {count}人排队', create: '新建队列', save: '保存', saved: '{name}已保存', failed: '服务队列加载失败', missing: '没有这个队列',
  },
};
