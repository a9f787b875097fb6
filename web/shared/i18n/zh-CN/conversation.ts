export const conversation = {
  action: { more: '更多', priority: '优先级 {priority} {name}', reopen: '重新打开', take: '分配给我' },
  assign: { search: '查找客服', hint: '姓名、拼音或首字母', list: '客服', load: '负荷{load}/{capacity}', nobody: '没有可以接手这个会话的客服' },
  because: { LAST_AGENT: '上次服务的客服', SKILL: '技能最高', LEAST_LOAD: '负荷最低', LONGEST_IDLE: '空闲最久' },
  close: { done: '已结束与{name}的会话', unreached: '没有结束：网络中断，会话仍在进行，联网后再试' },
  composer: {
    way: '回复或备注', via: '经{channel}回复', replyLabel: '回复内容', noteLabel: '备注内容', replyHint: '回复{name}', noteHint: "写给同事的备注，输入{'@'}提醒同事",
    attach: '添加附件', emoji: '表情', send: '发送', addNote: '添加备注', more: '更多发送方式', sendClose: '发送并结束会话',
    closed: '会话已结束，重新打开后可以回复', mayNot: '您的角色不能在这里回复，可以写备注', tooLong: '超出{count}字，请分成几条发送', uploading: '附件上传完成后可以发送',
  },
  conflict: {
    title: '先看看新消息', colleague: '{name}在您写回复时已经回答了客户', customer: '{name}在您写回复时又发来了消息', whileClosing: '{name}刚刚发来了消息，会话还没有结束',
    yours: '您的回复（未发送）', send: '仍然发送', edit: '继续编辑', discard: '放弃', close: '仍然结束', stay: '继续处理',
  },
  draft: { saved: '草稿已保存 {time}', device: '草稿已存本机 {time}' },
  edit: { title: '主题、优先级与标签', tagsHint: '按回车添加，{count}/{max}', removeTag: '删除标签{tag}' },
  event: {
    STARTED: '{name}从{channel}发起会话', QUEUED: '进入{queue}排队', ASSIGNED: '分配给{agent}', waited: '{queue}排队{time}', TRANSFERRED: '{name}把会话从{from}转接给{to}',
    CHANGED: '{name}把{field}改为{to}', nothing: '空', IDENTIFIED: '{name}已验证身份', TICKET_LINKED: '新建工单 #{number}', CLOSED: '{name}结束了会话', REOPENED: '{name}重新打开了会话', SNOOZED: '{name}暂缓到{time}', RATED: '客户评价{score}分',
    WARNED: '{target}还剩{left}', BREACHED: '{target}超时，截止时间是{due}', CORRECTED: '更正：{target}用时{time}，没有超时，答复的消息到得晚了', ESCALATED: '{target}超时，已升级到{team}',
  },
  snooze: { label: '暂缓', until: '暂缓到{time}', wake: '现在恢复', after: { 1: '1小时后', 4: '4小时后', 24: '明天这个时候', 72: '3天后', 168: '一周后' } },
  field: { subject: '主题', priority: '优先级', tags: '标签', followers: '关注者' },
  file: {
    list: '附件', remove: '删除附件{name}', download: '下载{name}', notReady: '检查中', blocked: '未通过安全检查，已拦截', preview: '预览{name}', text: '{name}的内容', unread: '文件没有读出来', more: '继续显示', whole: '下载', part: '已显示前{shown}，共{size}', lines: '共{count}行，{size}', unreached: '链接没有取到，请稍后再试', empty: '文件是空的，请检查后再选', refused: '文件没有被接受，请换一个文件',
    tooLarge: '{size}，超过50 MB上限。请压缩或分段后再上传', tooMany: '一条消息最多{count}个附件', broken: '上传中断，已传{sent}，共{size}。重试会从断点继续',
  },
  later: {
    title: '定时发送', hour: '1小时后', tomorrow: '明天上午', monday: '下周一上午', choose: '选择时间', at: '发送时间', zone: '按组织所在时区（{zone}）', submit: '定时发送', insist: '仍然定时发送',
    anyway: '客户又发来消息也照发', guard: '没有勾选时，期间有新消息就不发出，并会通知您。同事写了新消息时总是不发出。',
    fault: { unclear: '请填写完整的日期和时间', past: '这个时间已经过去', far: '最多提前30天' },
  },
  none: { title: '选择一个会话', text: '按键在列表中移动，回车打开。' },
  note: { internal: '备注，仅内部可见', hidden: '客户看不到' },
  offer: { label: '待接受的会话', text: '{queue}有一个会话等您接受', left: '还剩{count}秒', accept: '接受', decline: '谢绝', missed: '没有在时限内接受，会话回到了排队' },
  offline: {
    idle: '网络已断开，正在第{attempt}次重连。您可以继续写，消息会在联网后按顺序发出。',
    text: '网络已断开，正在第{attempt}次重连。您可以继续写，{waiting}会在联网后按顺序发出。', waiting: '{count}条消息', now: '立即重连',
  },
  recall: {
    do: '撤回', title: '撤回这条消息', titleNote: '撤回这条备注', text: '客户可能已经看过。撤回后双方都看不到内容，客户会看到消息已被撤回。', textRead: '客户已经看过。撤回后双方都看不到内容，客户会看到消息已被撤回。', textNote: '同事可能已经看过。撤回后谁都看不到内容。',
    own: '您撤回了一条消息', by: '{name}撤回了一条消息', ownNote: '您撤回了一条备注', noteBy: '{name}撤回了一条备注', again: '重新编辑', reveal: '查看原文', revealTitle: '查看撤回前的内容', reasonMissing: '写一句原因，例如：核实客户投诉', revealed: '原文，只显示给您，已留审计记录', hide: '收起',
  },
  routing: {
    open: '为什么分到这里', title: '为什么分到这里', text: '分流与分配的每一步决定', failed: '分流记录没有加载出来', none: '还没有分流记录。', rule: '规则：{rule}（第{version}版），服务队列：{queue}', defaultRule: '默认服务队列',
    by: '按{step}选中', candidate: '客服', load: '当时负荷', result: '结果', chosen: '选中', score: '得分 {score}',
    skill: '{name} {level}级以上', and: '、', needs: '需要技能：{skills}', preferred: '优先有技能的客服（已等候到时）：{skills}', lacks: '缺少技能：{skills}', units: '占用{count}份负荷',
    outcome: { QUEUED: '选定服务队列', OFFERED: '请客服接受', ASSIGNED: '已分配', OVERFLOWED: '转入备用服务队列', WAITING: '暂时无人可接' },
    excluded: { NOT_ONLINE: '不在线', AT_CAPACITY: '负荷已满', TEAM_AT_CAPACITY: '客服组负荷已满', NOT_IN_TEAM: '不在客服组', NOT_ALLOWED: '没有权限', DECLINED: '谢绝或没有回应' },
  },
  state: {
    sending: '发送中', delivered: '已送达', read: '已读 {time}', failed: '未送达：{reason}', waiting: '待发送，联网后自动发出', retrying: '待发送，已重试{count}次', takeBack: '取回编辑', conflict: '未发送：期间有新消息', decide: '查看',
  },
  stream: {
    folded: '另有{count}条变更', label: '消息', unread: '新消息', newCount: '{count}条新消息', loadingOlder: '正在加载更早的消息', by: '{name}，{time}', gone: '内容已擦除', announce: '{name}：{text}',
  },
  thread: { label: '会话', failed: '会话没有加载出来', missing: '没有这个会话' },
  transfer: {
    title: '转接会话', text: '选择客服或服务队列，并写下交接说明', way: '转接给', agent: '客服', queue: '服务队列', load: '{waiting}人等待 · {online}人在线', note: '交接说明', noteHint: '接手的同事会看到，客户看不到', noteMissing: '写一句交接说明，接手的同事不用再问客户',
    targetMissing: '选择转接给谁', to: '转接给{name}', submit: '转接', done: '已转接给{name}',
  },
  typing: { one: '{name}正在输入', note: '{name}正在写备注', several: '{count}人正在输入' },
  verb: { unreached: '没有完成：网络中断，联网后再试' },
  waiting: {
    by: '{name}的定时发送', today: '今天{time}发送', tomorrow: '明天{time}发送', day: '{day} {time}发送', countdown: '{count}秒后发送', sending: '正在发送', anyway: '客户又写来也照发', announced: '马上发送，可以撤销：{text}',
    sendNow: '立即发送', edit: '编辑', stay: '先不发送', removeTitle: '删除这条定时发送', removeText: '它不会发给客户，也不回到输入框。', late: '没有撤销：回复已经发给客户',
    stopped: { ANSWERED: '没有发送：期间有新消息', CLOSED: '没有发送：会话已经结束', NOT_ALLOWED: '没有发送：作者已不能在这里回复', FILE_BLOCKED: '没有发送：附件没有通过安全检查' },
  },
  viewers: { looking: '{names}正在查看', writing: '{names}正在写回复' },
};
