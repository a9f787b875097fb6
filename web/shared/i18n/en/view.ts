/** Saved views, of tickets and of the inbox alike. */
export const view = {
  label: 'Saved views', saveAs: 'Save as view', keep: 'Update this view', save: 'Save', saveTitle: 'Save as view', edit: 'Rename and share', change: 'Change the view', saveHint: 'Keeps the filter and the order on screen', editHint: 'Filter and order stay as they are', name: 'Name', nameMissing: 'Give the view a name', nameHint: 'At most {max} characters', nameLong: '{count} character too many, at most {max} | {count} characters too many, at most {max}',
  up: 'Move up', down: 'Move down', remove: 'Remove', removed: 'Removed the view “{name}”', more: 'What to do with “{name}”', team: 'Team', of: { conversation: 'View of the inbox', ticket: 'View of tickets' },
  sharing: { label: 'Who sees it', ME: 'Only me', TEAM: 'Team', ALL: 'Everybody' },
  group: { QUEUE: 'Waiting in a queue', ME: 'Saved by me', TEAM: 'Shared by the team', ALL: 'Shared by everybody' },
  page: {
    count: '{count} in all', search: 'Find a view by its name', hint: 'Name of a view', kind: 'Kind', kinds: { all: 'All', conversation: 'Conversations', ticket: 'Tickets' }, audience: 'Shared with', audiences: { any: 'With anyone', all: 'With everybody' },
    groups: { conversation: 'Views of the inbox', ticket: 'Views of tickets' }, name: 'Name', shows: 'What it shows', sharing: 'Shared with', number: { conversation: 'Conversations', ticket: 'Tickets' }, changed: 'Changed last', readonly: 'You may not change this shared view',
    open: { conversation: 'Open the view “{name}”: {count} conversation | Open the view “{name}”: {count} conversations', ticket: 'Open the view “{name}”: {count} ticket | Open the view “{name}”: {count} tickets' }, many: '10,000+', changedBy: 'Changed by {name}, {time}', madeBy: 'Made by {name}',
    failed: { conversation: 'The views of the inbox could not be loaded', ticket: 'The views of tickets could not be loaded' }, none: 'No views are shared yet', noneText: 'Filter a list, choose “Save as view” and share it with a team or everybody: then it stands here.', noneOf: { conversation: 'No views of the inbox are shared', ticket: 'No views of tickets are shared' },
    noMatch: 'No view is like that', noMatchText: 'Try another name, or ask for any kind and anybody.', unfilter: 'Clear the conditions', toInbox: 'Open the inbox', toTickets: 'Open the tickets',
    removeTitle: 'Remove the view “{name}”', removeText: { TEAM: 'The members of {team} will not see it any more.', ALL: 'Nobody will see it any more.' }, kept: { conversation: 'The conversations in it stay as they are. This cannot be undone.', ticket: 'The tickets in it stay as they are. This cannot be undone.' }, gone: 'Removed the view “{name}”',
  },
  shown: {
    everything: { conversation: 'All conversations', ticket: 'All tickets' }, states: 'State: {values}', priorities: 'Priority: {values}', isUnassigned: 'Without an agent', agentIds: 'Agent: {values}', teamIds: 'Team: {values}', queueIds: 'Queue: {values}', categoryIds: 'Category: {values}',
    channelKinds: 'Channel: {values}', customerId: 'One customer', tags: 'Tag: {values}', clockStates: 'SLA clock: {values}', clockTarget: 'SLA target: {values}', isAtRisk: 'At risk or missed', isUnread: 'Unread', dueAfter: 'Due from {values} on', dueBefore: 'Due before {values}', clockEndedAfter: 'SLA clock ended from {values} on',
    createdAfter: 'Created from {values}', createdBefore: 'Created before {values}', startedAfter: 'Started from {values}', startedBefore: 'Started before {values}', ids: { conversation: '{count} chosen conversation | {count} chosen conversations', ticket: '{count} chosen ticket | {count} chosen tickets' }, other: 'Further conditions', unknown: 'Unknown',
  },
};
