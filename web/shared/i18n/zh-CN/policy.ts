export const policy = {
  page: {
    title: 'SLA策略', untitled: '新的策略文档', create: '新建策略文档', version: 'v{number} {state}', unsaved: '未保存', readonly: '只读', inForce: 'v{number}使用中，{count}张未完成工单', compare: '与v{number}比较', part: '显示哪一部分',
    failed: 'SLA策略没有加载出来', missing: '没有这份策略文档', none: '还没有SLA策略', noneText: '没有策略时，新工单不计时。', offline: '网络已断开，正在第{attempt}次重连。您写的内容还在，联网后再保存。',
  },
  name: { label: '名称', hint: '名称，例如“默认策略”', missing: '请填写名称' },
  state: { DRAFT: '草稿', SCHEDULED: '已定时', ACTIVE: '使用中', RETIRED: '已停用' },
  save: { done: '已保存为v{number}', unreached: '没有保存：网络没有连上。您写的内容还在，稍后再保存' },
  hindrance: { dirty: '先保存', mistakes: '先改正错误', unchecked: '正在检查', active: '已在使用', dryRun: '先试运行', none: '先保存' },
  form: {
    title: '表单', same: '与YAML是同一份内容', order: '从上到下，第一条匹配的策略生效', unreadable: 'YAML有写法错误，表单暂时读不出来。请先在YAML里改正，或撤销上一步。', add: '添加策略', tier: '{number}. {name}', winner: '模拟匹配', usesConversations: '近30天{count}个会话', uses: '近30天{count}张', up: '把第{number}条上移', down: '把第{number}条下移', remove: '删除第{number}条',
    subject: '适用于', ticket: '工单', conversation: '会话', channels: '渠道', anyChannel: '没有选择：所有渠道',
    priority: '优先级', hours: '工作时间', first_response: '首次响应', next_response: '下次响应', periodic_update: '定期更新', resolution_time: '解决', noPromise: '不承诺', categories: '问题分类', anyCategory: '没有选择：所有分类', tags: '标签', anyTag: '没有填写：所有标签。多个用逗号分开',
    rules: '升级规则', after: '超时后', afterLabel: '第{number}级，超时后多久', targetLabel: '第{number}级，升级到哪个客服组', appliesLabel: '第{number}级，用于哪个指标', eachTarget: '每个指标', chooseTeam: '选择客服组', addRule: '添加一级', removeRule: '删除第{number}级',
    warnings: '预警', before: '截止前', used: '用时达到', warningLabel: '预警{number}，写时长（如5m）或百分比（如80%）', warnedLabel: '预警{number}，通知谁', onlyOwner: '只通知负责的客服', addWarning: '添加预警', removeWarning: '删除预警{number}', pause: '暂停计时的状态',
  },
  yaml: {
    title: 'YAML', mistakes: '第{line}行起共{count}处错误', advice: '{count}条建议', copy: '复制YAML', copied: '已复制YAML', import: '导入YAML文件', tooLarge: '文件超过100 KB。请拆分后再导入', place: '第{line}行第{column}列', cannotActivate: '有错误时可以保存，不能启用。使用中的版本不受影响。', checkLost: '检查没有完成：网络没有连上。',
  },
  simulation: {
    title: '模拟一张工单', createdAt: '创建时间', any: '不限', steps: '模拟工单的经过', winner: '匹配第{number}条：{name}', noPolicy: '没有策略匹配，这张工单不计时。', promise: '{target} {budget}', used: '已用{used}', closed: '非工作时间 {time}', stale: '内容有错误，显示的是上一份正确内容的结果。', hint: '模拟用的是还没保存的内容，时间按{zone}。改创建时间，可以看到节假日和调休的影响。', unreached: '没有模拟：网络没有连上。', failed: '没有模拟：服务没有完成这次请求。',
    CREATED: '工单创建', OPENED: '上班，计时继续', CLOSED: '下班，计时暂停', WARNED: '{target}预警', DUE: '{target}截止', ESCALATED: '{target}升级到{team}',
  },
  dry: {
    title: '试运行：近30天', start: '试运行', none: '还没有试运行这个版本。试运行会用近30天的工单（会话有承诺时，也包括会话）算一遍，看结果有什么变化。', facts: '{count}张工单，用时{seconds}秒', going: '试运行完成{percent}%', failed: '试运行没有完成。请再试一次。', unreached: '没有开始试运行：网络没有连上。请重试', attainment: '达标率', noRate: '无数据', changed: '结果会变的工单', escalations: '增减的升级', underWarning: '低于目标达标率，启用后会触发预警', unpromised: '{count}张原来有承诺的工单不再有承诺', list: '查看{count}张工单', spoken: '试运行完成：达标率从{before}变为{after}，{count}张工单的结果会变。',
    conversations: '会话', conversationFacts: '{count}个会话，其中{promised}个有承诺', verdicts: '达标 / 超时', changedConversations: '结果会变的会话', listConversations: '查看{count}个会话', spokenConversations: '会话的达标率从{before}变为{after}，{count}个会话的结果会变。',
  },
  changes: { title: '结果会变的工单', text: '近30天里，启用这个版本后结果不同的工单', failed: '工单没有加载出来', ticket: '工单', target: 'SLA指标', before: '原来', after: '会变为', outside: '您无权查看的工单', conversations: '结果会变的会话', conversationsText: '近30天里，启用这个版本后结果不同，或本会超时的会话', conversationsFailed: '会话没有加载出来', conversation: '会话', conversationOutside: '您无权查看的会话', noSubject: '无主题', nothing: '无承诺' },
  activate: {
    do: '启用v{number}', title: '启用v{number}', rollback: '回退到v{number}', rollbackDo: '回退到v{number}', replaces: 'v{number}会取代使用中的v{before}。', first: '启用后，新工单按v{number}计时。', scope: '未完成的工单怎么办', newOnly: '只用于新工单', newOnlyHint: '{count}张未完成的工单按原来的承诺继续', retarget: '未完成的工单也重新计时', conversations: '会话也一样：选重新计时的话，进行中的会话里还在等的，从各自的开始时间算起；选只用于新工单的话，只有新会话才计时。', conversationCount: '会影响{count}个进行中的会话。', count: '{count}张未完成的工单会从各自的创建时间重新计算', countMax: '最多{count}张未完成的工单会从各自的创建时间重新计算', counting: '正在计算会影响多少张工单，已完成{percent}%', done: 'v{number}已启用，用于新工单', doneRetarget: 'v{number}已启用，未完成的工单正在重新计算', unreached: '没有收到结果：网络没有连上。再点一次不会重复启用',
  },
  versions: { title: '版本', text: '这份策略文档的所有版本', failed: '版本没有加载出来', saved: '{name}保存于{time}', activated: '启用于{time}', planned: '将于{time}启用', compare: '与使用中比较', restore: '载入编辑', restored: '已载入v{number}的内容，保存后成为新版本', rollback: '回退到此版本' },
  compare: { title: 'v{from}与v{to}的差异', failed: '差异没有加载出来', same: '两个版本的内容相同。', counts: '增加{added}行，删除{removed}行', label: '差异' },
  stale: { title: '已有更新的版本v{number}', text: '{name}在{time}保存了新的版本。下面是它与您开始时的差异。您写的内容还在。', edit: '继续编辑', insist: '用我的内容保存为新版本', take: '放弃我的，改用v{number}' },
  leave: { title: '有未保存的修改', text: '离开后，没有保存的内容会丢失。', save: '保存并离开', stay: '继续编辑', discard: '不保存，离开' },
};
