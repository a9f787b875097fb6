export const ticket = {
  create: {
    title: '新建工单', customer: '客户', customerMissing: '先确定是哪位客户', category: '问题分类', narrower: '细分（可不选）', categoryMissing: '选择问题分类，工单才能分给对的人', subject: '标题', subjectMissing: '写一个标题', description: '描述', hint: '与{name}的会话会关联到工单',
    files: '可粘贴或拖入，单个不超过50 MB', kept: '草稿已保存 {time}', discard: '放弃', similar: '同一客户24小时内的类似工单：',
    done: '已新建工单 #{number}', away: '问题分类没有加载出来。', unreached: '没有新建：网络中断，重试不会重复新建',
    lookup: {
      placeholder: '客户编号或手机号', hint: '输入客户编号或手机号，格式不限', searching: '正在查找', found: '已匹配1位客户', several: '匹配到{count}位客户，请选择', none: '没有匹配的客户', unclear: '这不是完整的客户编号或手机号', away: '没有查到：网络中断',
      history: '{talks}次会话、{tickets}张工单', tickets: '最近的工单', change: '更换', candidates: '匹配到的客户', make: '新建客户', name: '姓名', phone: '手机号', unmade: '没有新建：网络中断，重试不会重复新建',
    },
  },
  list: { title: '工单', none: '这位客户还没有工单', away: '工单服务暂时没有响应，会话不受影响', label: '工单列表', failed: '工单没有加载出来', many: '10,000以上', waiting: '{count}张新的工单' },
  view: { label: '视图', mine: '我的', unassigned: '未分配', team: '客服组', risk: '即将超时', all: '全部' },
  look: { label: '显示方式', list: '列表', board: '看板' },
  board: { label: '工单看板', failed: '看板没有加载出来', none: '没有工单', more: '另有{count}张', moved: '工单 #{number} 已移到{state}' },
  views: { breached: '其中{count}张已超时' },
  order: { due: '先到期的在前', priority: '最紧急的在前', created: '最新建的在前', updated: '最近更新的在前' },
  filter: { label: '筛选', clock: 'SLA计时', risk: '即将超时或已超时', due: '{from}至{to}到期', dueFrom: '{from}以后到期', ended: 'SLA计时在{from}以后结束' },
  column: { number: '编号', subject: '标题', description: '描述', customer: '客户', category: '问题分类', state: '状态', owner: '客服', due: 'SLA计时' },
  row: { unassigned: '未分配', erased: '内容已擦除' },
  empty: {
    title: '没有待处理的工单', saved: '没有工单符合此视图的条件。', mine: '分配给您的工单都处理完了。', unassigned: '每张工单都有人负责。', team: '您的客服组没有未完成的工单。', risk: '没有工单即将超时。', all: '还没有工单，可以从会话里新建。', toAll: '查看全部工单',
    filteredTitle: '没有符合条件的工单', filteredText: '放宽筛选条件，或换一个视图。', unfilter: '清除筛选',
  },
  form: { title: '自定义字段', solveTitle: '填写后解决', solveHint: '这个分类要求解决前填好带 * 的字段。', solve: '填写并解决', edit: '编辑', missing: '解决前请填写', missingCount: '缺{count}项', needed: '解决前必填', empty: '未填写', yes: '是', no: '否', unsaid: '未填写', choose: '请选择' },
  link: {
    title: '关联工单', add: '添加关联', none: '没有关联的工单', hidden: '您无权查看的工单', remove: '取消与 #{number} 的关联', parent: '父工单', children: '子工单（{count}）', solved: '已解决{solved}/{count}',
    RELATED: '相关', DUPLICATE: '重复', DUPLICATE_REVERSED: '并入', SPLIT_FROM: '拆分自', SPLIT_FROM_REVERSED: '拆分出', BLOCKED_BY: '等待', BLOCKED_BY_REVERSED: '被等待',
    kind: '关系', as: { RELATED: '相关', BLOCKED_BY: '等待它', PARENT: '父工单', CONVERSATION: '会话' },
    hint: { RELATED: '两张工单说的是同一类事情', BLOCKED_BY: '这张工单要等另一张有结果', PARENT: '把这张工单归到一个事件下，一起跟进', CONVERSATION: '从这位客户的会话中选择，会话里也会显示这张工单' },
    search: '查找工单', placeholder: '工单编号或内容', found: '查找结果', nothing: '没有找到工单', noConversation: '没有可以关联的会话', away: '没有查到：网络中断',
  },
  page: {
    linkCopied: '已复制客户查询链接，30天内有效', linkNotCopied: '没有复制：浏览器不允许访问剪贴板',
    label: '工单', missing: '没有这张工单', failed: '工单没有加载出来', entries: '动态', older: '查看更早的动态', created: '{time}新建，{origin}', place: '{place} / {total}', toCustomer: '回复客户',
    offline: '网络已断开，正在第{attempt}次重连。写好的内容存在本机，联网后可以发送。',
  },
  composer: {
    replyHint: '写下处理进展，客户会看到', noteHint: '写给同事的备注', sendPending: '发送并等待客户', sendSolve: '发送并解决', closed: '工单已关闭，不能再回复', mayNot: '您的角色不能回复工单', unreached: '没有发送：网络中断，内容还在，重试不会重复发送', conflict: '{name}在您写回复时有了新的回复',
  },
  ask: {
    hold: '挂起工单', holdDo: '挂起', reopen: '重新打开工单', reopenDo: '重新打开', priority: '更改优先级', priorityDo: '更改优先级', escalate: '升级工单', escalateDo: '升级',
    reason: '原因', reasonMissing: '写一句原因，同事不用再问', team: '升级到', teamChoose: '选择客服组', teamMissing: '选择升级到哪个客服组', priorityHint: 'SLA会从创建时间重新计算', samePriority: '选择另一个优先级',
  },
  bulk: {
    label: '批量操作', chosen: '已选择{count}张工单', many: '已选择全部，10,000张以上', all: '选择全部{count}张', allMany: '选择全部10,000张以上', title: '批量更改{count}张工单', do: '更改{count}张工单', same: '不改', addTags: '添加标签', removeTags: '去掉标签', tagsHint: '多个标签用逗号或空格分开',
    note: '备注', noteHint: '写在每张工单里，只有同事能看到，撤销后仍保留', empty: '选择要改什么', hint: '完成后10分钟内可以撤销', away: '客服名单没有加载出来',
  },
  broadcast: {
    open: '通知全部子工单', title: '回复全部未完成的子工单', text: '回复内容', hint: '每位客户都会收到这段话，发出后不能撤回。', state: '回复后', keep: '状态不变', missing: '请输入回复内容', do: '发送',
    done: '已回复{count}张子工单，{failed}张未能回复', solved: '改为已解决', pending: '改为等待客户',
  },
  job: {
    label: '批量任务', going: '正在更新 {done} / {total}', undoing: '正在撤销 {done} / {total}', done: '已更新{count}张工单', undone: '已撤销{count}张工单的更改', cancelled: '已停止，更新了{count} / {total}张工单', failed: '任务中断，已更新{count}张工单', refused: '{count}张没有更新', kept: '{count}张保持现状', stop: '停止',
    refusedTitle: '没有更新的工单', keptTitle: '没有撤销的工单', unknown: '未知工单', first: '这里是前{count}张，共{total}张',
  },
  tags: {
    label: '标签', search: '查找标签', hint: '标签的开头', count: '{count}个标签', name: '标签', open: '未完成', all: '全部工单', openOf: '带有标签“{name}”的未完成工单：{count}张', allOf: '带有标签“{name}”的全部工单：{count}张', actions: '重命名或移除标签“{name}”',
    failed: '标签没有加载出来', none: '还没有工单带有标签', noneText: '标签在工单上添加，工单带有的标签都列在这里。', noMatch: '没有以此开头的标签', noMatchText: '换一个开头试试。',
    rename: '重命名', renameTitle: '重命名标签“{name}”', to: '新名称', missing: '请填写新名称', same: '这就是现在的名称', merging: '已有{count}张工单带有“{name}”，两个标签会合并成一个。', merge: '合并', remove: '移除', removeTitle: '移除标签“{name}”',
    what: '{count}张工单带有它，包括已完成的。您无权批量修改的工单保持不变。', kept: '规则、宏、SLA策略和已保存的视图中写到的标签不会跟着变。按标签生效的SLA策略会为每张工单重新选择。', tooMany: '一次最多修改10,000张工单。请打开这些工单，缩小筛选范围后分批修改标签。', undo: '可在10分钟内撤销',
  },
  merge: {
    into: '把工单 #{number} 并入', title: '合并{count}张工单', target: '并入这张工单', keep: '保留这张，其他的并入它', orNumber: '或输入工单编号', number: '工单编号', missing: '选择或输入要并入的工单', hint: '被并入的工单会关闭，内容和计时依据仍可查看；保留的工单从最早的开始时间计时。30秒内可以撤销', do: '合并', anyway: '仍然合并',
    done: '已把{count}张工单并入 #{number}', undone: '已撤销', kept: '没有撤销：之后有人改动过', here: '这张工单已并入', led: '#{number} 已并入这张工单', look: '查看原来的工单', fromNew: '新建并并入',
  },
  export: {
    title: '导出工单', columns: '列', none: '至少选择一列', hint: 'CSV文件，最多100,000张，按新建时间排列；客户姓名按您的角色脱敏。文件保留7天', do: '导出{count}张工单', doMany: '导出全部工单', going: '正在导出 {done} / {total}', done: '已导出{count}张工单', cancelled: '已停止导出', failed: '导出中断，可以再试一次', download: '下载',
    column: {
      number: '编号', subject: '标题', description: '描述', state: '状态', priority: '优先级', category: '问题分类', customerId: '客户编号', customer: '客户', agent: '客服', team: '客服组', tags: '标签', origin: '来源', createdAt: '新建时间', updatedAt: '更新时间', solvedAt: '解决时间', closedAt: '关闭时间',
      firstResponse: '首次响应', firstResponseDueAt: '首次响应截止时间', firstResponseSeconds: '首次响应用时', resolution: '解决', resolutionDueAt: '解决截止时间', resolutionSeconds: '解决用时', mergedInto: '并入',
    },
  },
  split: { title: '拆分工单', subject: '新工单的标题', which: '移到新工单的内容', none: '没有可以移出的回复和备注', missing: '至少选择一条', hint: '新工单从客户最早说起的时间计时，30秒内可以撤销', do: '拆分', done: '已拆分出工单 #{number}' },
  side: { label: '工单信息', facts: '属性', team: '客服组', noTeam: '无', conversations: '关联会话', newTag: '添加标签', followers: '关注人', follow: '关注', following: '已关注', addFollower: '添加同事', unfollow: '移除关注人{name}', noColleague: '没有找到同事', others: '{name}的其他工单', away: '会话服务暂时没有响应，工单不受影响' },
  event: {
    created: '{name}新建工单，问题分类“{category}”，{origin}', state: '{name}把状态从“{from}”改为“{to}”', agent: '{name}把工单分配给{to}', taken: '{name}接手了工单', unassigned: '{name}取消了{from}的分配', team: '{name}把工单转到{to}', category: '{name}把问题分类从“{from}”改为“{to}”', tags: '{name}把标签改为{to}', words: '{name}修改了{field}',
    priority: '{name}把优先级从{from}改为{to}，SLA从创建时间重新计算', paused: '{target}计时暂停：{why}', resumed: '{target}计时继续，截止时间{due}', met: '{target}达标，用时{used}', breached: '{target}超时，截止时间是{due}',
    warned: '{target}还剩{left}，已提醒负责的客服', warnedTeam: '{target}还剩{left}，已提醒负责的客服和{team}', escalated: '{target}超时{after}，已升级到{team}', escalatedBy: '{name}把工单升级到{team}', cancelled: '不再升级到{team}：{why}', linked: '{name}关联了会话', linkedTicket: '{name}关联了工单 #{number}', unlinkedTicket: '{name}取消了与工单 #{number} 的关联', parent: '{name}把工单归到父工单 #{number}', parentGone: '{name}把工单移出父工单 #{number}', child: '{name}添加了子工单 #{number}', childGone: '{name}移出了子工单 #{number}', followed: '{name}关注了工单', unfollowed: '{name}不再关注工单', followers: '{name}添加关注人：{to}', followersGone: '{name}移除关注人：{to}', linkMERGED: '{name}把这张工单并入 #{number}', linkDUPLICATE: '{name}把工单 #{number} 并入这里', linkUNMERGED: '{name}撤销了与 #{number} 的合并', linkSPLIT: '{name}把{count}条内容拆分到工单 #{number}', linkSPLIT_FROM: '从工单 #{number} 拆分而来', linkUNSPLIT: '{name}撤销了拆分 #{number}', stateUndone: '{name}撤销了更改，状态恢复为“{to}”', because: '{sentence}：{reason}',
  },
  origin: { CONSOLE: '在控制台新建', CONVERSATION: '来自会话', API: '来自外部程序', RULE: '来自规则', OFFLINE: '来自留言' },
  state: { NEW: '新建', OPEN: '处理中', PENDING: '待客户', ON_HOLD: '挂起', SOLVED: '已解决', CLOSED: '已关闭' },
};
