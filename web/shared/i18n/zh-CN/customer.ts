export const customer = {
  erased: '已擦除',
  erasedText: '客户的个人数据已按申请擦除，会话记录仍在。',
  fact: { company: '公司', channel: '渠道', device: '设备', firstSeen: '首次来访', tags: '标签', verified: '{count}个已验证身份' },
  identity: { PHONE: '手机', EMAIL: '邮箱', EXTERNAL_ID: '外部编号', VISITOR: '访客设备' },
  panel: { label: '客户', open: '展开客户面板', close: '收起客户面板', failed: '客户资料没有加载出来', online: '在线' },
  reveal: {
    open: '查看（会留审计记录）', title: '查看完整信息', reasonMissing: '写一句原因，例如：核对收货电话',
  },
  timeline: {
    title: '服务轨迹', more: '全部{count}条', none: '还没有记录',
    CONVERSATION_STARTED: '{channel}会话：{subject}', CONVERSATION_ASSIGNED: '会话 #{number} 分配给{agentName}', CONVERSATION_TRANSFERRED: '会话 #{number} 从{fromName}转接给{toName}', CONVERSATION_CLOSED: '会话 #{number} 已结束',
    CONVERSATION_RATED: '会话 #{number} 得到{score}星评价', CONVERSATION_REOPENED: '会话 #{number} 重新打开', CONVERSATION_WARNED: '会话 #{number} 的{clock}即将超时', CONVERSATION_BREACHED: '会话 #{number} 的{clock}超时', CONVERSATION_CORRECTED: '更正：会话 #{number} 的{clock}达标，没有超时', CONVERSATION_ESCALATED: '会话 #{number} 升级到{teamName}', TICKET_CREATED: '新建工单 #{number}', TICKET_COMMENTED: '工单 #{number} 有新回复', TICKET_COMMENTED_INTERNAL: '工单 #{number} 有新备注', TICKET_CHANGED: '工单 #{number} 有修改', TICKET_CHANGED_STATE: '工单 #{number} 变为{what}', TICKET_PRIORITISED: '工单 #{number} 优先级从{from}改为{to}', TICKET_ESCALATED: '工单 #{number} 升级到{team}',
    SLA_PAUSED: '工单 #{number} 的{clock}计时暂停', SLA_RESUMED: '工单 #{number} 的{clock}计时继续', SLA_MET: '工单 #{number} 的{clock}达标', SLA_BREACHED: '工单 #{number} 的{clock}超时', CUSTOMER_MERGED: '与{mergedNumber}合并', CUSTOMER_MERGED_UNDONE: '与{mergedNumber}分开', IDENTITY_CHANGED: '添加{identity}', IDENTITY_CHANGED_UNDONE: '移除{identity}',
  },
};
