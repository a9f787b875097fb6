export const customer = {
  erased: 'Erased',
  erasedText: 'Personal data was erased on request; the record of the conversation stays.',
  fact: { company: 'Company', channel: 'Channel', device: 'Device', firstSeen: 'First seen', tags: 'Tags', verified: '{count} verified identity | {count} verified identities' },
  identity: { PHONE: 'Phone', EMAIL: 'Mail', EXTERNAL_ID: 'External id', VISITOR: 'Visitor device' },
  panel: { label: 'Customer', open: 'Show customer panel', close: 'Hide customer panel', failed: 'The customer could not be loaded', online: 'online' },
  reveal: {
    open: 'Reveal (leaves an audit entry)', title: 'Reveal in full', reasonMissing: 'Say why, for example: to check the delivery phone',
  },
  timeline: {
    title: 'Timeline', more: 'All {count}', none: 'Nothing yet',
    CONVERSATION_STARTED: '{channel} conversation: {subject}', CONVERSATION_ASSIGNED: 'Conversation #{number} assigned to {agentName}', CONVERSATION_TRANSFERRED: 'Conversation #{number} transferred from {fromName} to {toName}', CONVERSATION_CLOSED: 'Conversation #{number} closed',
    CONVERSATION_RATED: 'Conversation #{number} rated {score} of 5', CONVERSATION_REOPENED: 'Conversation #{number} reopened', CONVERSATION_WARNED: 'Conversation #{number}: {clock} at risk', CONVERSATION_BREACHED: 'Conversation #{number}: {clock} breached', CONVERSATION_CORRECTED: 'Conversation #{number}: {clock} had been met in time, heard of late', CONVERSATION_ESCALATED: 'Conversation #{number} escalated to {teamName}', TICKET_CREATED: 'Ticket #{number} created', TICKET_COMMENTED: 'Reply on ticket #{number}', TICKET_COMMENTED_INTERNAL: 'Internal comment on ticket #{number}', TICKET_CHANGED: 'Ticket #{number} was changed', TICKET_CHANGED_STATE: 'Ticket #{number} is {what}', TICKET_PRIORITISED: 'Ticket #{number} went from {from} to {to}', TICKET_ESCALATED: 'Ticket #{number} escalated to {team}',
    SLA_PAUSED: 'Ticket #{number}: {clock} paused', SLA_RESUMED: 'Ticket #{number}: {clock} goes on', SLA_MET: 'Ticket #{number}: {clock} met', SLA_BREACHED: 'Ticket #{number}: {clock} breached', CUSTOMER_MERGED: 'Merged with {mergedNumber}', CUSTOMER_MERGED_UNDONE: 'Separated from {mergedNumber}', IDENTITY_CHANGED: '{identity} added', IDENTITY_CHANGED_UNDONE: '{identity} removed',
  },
};
