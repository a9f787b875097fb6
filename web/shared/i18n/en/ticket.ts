export const ticket = {
  create: {
    title: 'New ticket', customer: 'Customer', customerMissing: 'Say which customer it is about', category: 'Category', narrower: 'Narrower (optional)', categoryMissing: 'Choose a category, so that the right people get it', subject: 'Subject', subjectMissing: 'Give it a subject', description: 'Description', hint: 'Linked with the conversation of {name}',
    files: 'Paste or drop files, 50 MB at most each', kept: 'Draft saved {time}', discard: 'Discard', similar: 'Similar tickets of this customer within 24 hours:',
    done: 'Created ticket #{number}', away: 'The categories could not be loaded.', unreached: 'Not created: connection lost. Retrying makes no second ticket',
    lookup: {
      placeholder: 'Customer number or phone', hint: 'A customer number or a phone number in any spelling', searching: 'Looking', found: 'One customer found', several: '{count} customers match, choose one', none: 'No customer matches', unclear: 'Not a whole customer number or phone number yet', away: 'Not found: connection lost',
      history: '{talks} conversations, {tickets} tickets', tickets: 'Latest tickets', change: 'Change', candidates: 'Customers that match', make: 'New customer', name: 'Name', phone: 'Phone', unmade: 'Not created: connection lost. Retrying makes no second customer',
    },
  },
  list: { title: 'Tickets', none: 'No ticket of this customer yet', away: 'Tickets do not answer just now; the conversation is not affected', label: 'Tickets', failed: 'The tickets could not be loaded', many: '10,000 or more', waiting: '{count} new' },
  view: { label: 'Views', mine: 'Mine', unassigned: 'Unassigned', team: 'Team', risk: 'At risk', all: 'All' },
  look: { label: 'Show as', list: 'List', board: 'Board' },
  board: { label: 'Board of tickets', failed: 'The board could not be loaded', none: 'No tickets', more: '{count} more', moved: 'Ticket #{number} moved to {state}' },
  views: { breached: '{count} of them breached' },
  order: { due: 'Due first', priority: 'Most urgent first', created: 'Newest first', updated: 'Last updated first' },
  filter: { label: 'Filter', clock: 'SLA clock', risk: 'At risk or breached', due: 'Due {from} to {to}', dueFrom: 'Due from {from} on', ended: 'SLA clock ended from {from} on' },
  column: { number: 'Number', subject: 'Subject', description: 'Description', customer: 'Customer', category: 'Category', state: 'State', owner: 'Agent', due: 'SLA clock' },
  row: { unassigned: 'Unassigned', erased: 'Erased' },
  empty: {
    title: 'Nothing to do here', saved: 'No ticket matches this view.', mine: 'Every ticket of yours is done.', unassigned: 'Every ticket has an agent.', team: 'Your teams have no open tickets.', risk: 'No ticket is at risk.', all: 'There is no ticket yet. Make one from a conversation.', toAll: 'Show all tickets',
    filteredTitle: 'No ticket matches', filteredText: 'Loosen the filter or choose another view.', unfilter: 'Clear filter',
  },
  form: { title: 'Custom fields', solveTitle: 'Fill in and solve', solveHint: 'This category wants the fields marked * before a ticket is solved.', solve: 'Fill in and solve', edit: 'Edit', missing: 'Needed before solving', missingCount: '{count} missing', needed: 'Needed before solving', empty: 'Empty', yes: 'Yes', no: 'No', unsaid: 'Not said', choose: 'Choose' },
  link: {
    title: 'Linked tickets', add: 'Add a link', none: 'No linked ticket', hidden: 'A ticket you may not read', remove: 'Take away the link to #{number}', parent: 'Incident', children: 'Children ({count})', solved: '{solved} of {count} solved',
    RELATED: 'Related', DUPLICATE: 'Duplicate', DUPLICATE_REVERSED: 'Joined into', SPLIT_FROM: 'Split from', SPLIT_FROM_REVERSED: 'Split into', BLOCKED_BY: 'Waits for', BLOCKED_BY_REVERSED: 'Awaited by',
    kind: 'How', as: { RELATED: 'Related', BLOCKED_BY: 'Waits for', PARENT: 'Incident', CONVERSATION: 'Conversation' },
    hint: { RELATED: 'Both are about the same matter', BLOCKED_BY: 'This one waits until the other is done', PARENT: 'Makes this a child of one incident, to be followed together', CONVERSATION: 'One of this customer, which then shows the ticket too' },
    search: 'Find a ticket', placeholder: 'Number or words of a ticket', found: 'Found', nothing: 'No ticket found', noConversation: 'No conversation left to link', away: 'Could not look: connection lost',
  },
  page: {
    linkCopied: 'Tracking link for the customer copied, good for 30 days', linkNotCopied: 'Not copied: the browser keeps the clipboard closed',
    label: 'Ticket', missing: 'No such ticket', failed: 'The ticket could not be loaded', entries: 'Activity', older: 'Show earlier activity', created: 'Created {time}, {origin}', place: '{place} of {total}', toCustomer: 'reply to the customer',
    offline: 'Connection lost, reconnecting (try {attempt}). What you wrote is kept on this device; send it once you are back online.',
  },
  composer: {
    replyHint: 'Write how it goes on, the customer will see it', noteHint: 'A note for colleagues', sendPending: 'Send and wait for the customer', sendSolve: 'Send and solve', closed: 'This ticket is closed, nothing can be added', mayNot: 'Your role may not reply to tickets', unreached: 'Not sent: connection lost. Your text is safe, retrying sends it once', conflict: '{name} wrote while you were writing',
  },
  ask: {
    hold: 'Put on hold', holdDo: 'Put on hold', reopen: 'Reopen ticket', reopenDo: 'Reopen', priority: 'Change priority', priorityDo: 'Change priority', escalate: 'Escalate ticket', escalateDo: 'Escalate',
    reason: 'Reason', reasonMissing: 'Give a reason, so that nobody has to ask', team: 'Escalate to', teamChoose: 'Choose a team', teamMissing: 'Choose the team to escalate to', priorityHint: 'SLA clocks are counted anew from creation', samePriority: 'Choose another priority',
  },
  bulk: {
    label: 'Bulk actions', chosen: '{count} ticket selected | {count} tickets selected', many: 'All selected, 10,000 or more', all: 'Select {count} ticket | Select all {count} tickets', allMany: 'Select all, 10,000 or more', title: 'Change {count} ticket | Change {count} tickets', do: 'Change {count} ticket | Change {count} tickets', same: 'As it is', addTags: 'Add tags', removeTags: 'Remove tags', tagsHint: 'Several tags with commas or spaces between',
    note: 'Note', noteHint: 'Stands in each ticket, only for colleagues, and stays after an undo', empty: 'Choose what to change', hint: 'Can be undone for 10 minutes', away: 'The agents could not be loaded',
  },
  broadcast: {
    open: 'Tell all children', title: 'Reply to all open children', text: 'Reply', hint: 'Every customer gets this text. It cannot be taken back.', state: 'Afterwards', keep: 'State as it is', missing: 'Write the reply', do: 'Send',
    done: 'Replied to {count} children, {failed} could not be replied to', solved: 'Solved', pending: 'Waiting for the customer',
  },
  job: {
    label: 'Bulk job', going: 'Updating {done} of {total}', undoing: 'Undoing {done} of {total}', done: '{count} ticket updated | {count} tickets updated', undone: '{count} ticket is as before | {count} tickets are as before', cancelled: 'Stopped, {count} of {total} tickets updated', failed: 'Interrupted, {count} ticket updated | Interrupted, {count} tickets updated', refused: '{count} not updated', kept: '{count} left as they are', stop: 'Stop',
    refusedTitle: 'Tickets that were not updated', keptTitle: 'Tickets that were not undone', unknown: 'Unknown ticket', first: 'The first {count} of {total}',
  },
  tags: {
    label: 'Tags', search: 'Search tags', hint: 'How the tag begins', count: '{count} tag | {count} tags', name: 'Tag', open: 'Open', all: 'All tickets', openOf: 'Open tickets with the tag {name}: {count}', allOf: 'All tickets with the tag {name}: {count}', actions: 'Rename or remove the tag {name}',
    failed: 'The tags could not be loaded', none: 'No ticket has a tag', noneText: 'Tags are added on tickets. Those that tickets carry are listed here.', noMatch: 'No tag begins like this', noMatchText: 'Try another beginning.',
    rename: 'Rename', renameTitle: 'Rename the tag {name}', to: 'New name', missing: 'Write the new name', same: 'That is its name already', merging: '{count} ticket carries {name} already. Both become one tag. | {count} tickets carry {name} already. Both become one tag.', merge: 'Merge', remove: 'Remove', removeTitle: 'Remove the tag {name}',
    what: '{count} ticket carries it, finished ones included. Those you may not change in bulk keep it. | {count} tickets carry it, finished ones included. Those you may not change in bulk keep it.', kept: 'Rules, macros, SLA policies and saved views that name the tag stay as they are. SLA policies that depend on tags are chosen anew for each ticket.', tooMany: 'One job changes at most 10,000 tickets. Open the tickets, filter them further and change their tags in portions.', undo: 'Can be undone for 10 minutes',
  },
  merge: {
    into: 'Merge ticket #{number} into', title: 'Merge {count} tickets', target: 'It joins this ticket', keep: 'This one stays, the others join it', orNumber: 'Or type a ticket number', number: 'Ticket number', missing: 'Choose or type the ticket it joins', hint: 'Tickets that join are closed; their words and the proof of their clocks stay readable. The one that stays counts from the earliest start. Can be undone for 30 seconds', do: 'Merge', anyway: 'Merge anyway',
    done: '{count} ticket merged into #{number} | {count} tickets merged into #{number}', undone: 'Undone', kept: 'Not undone: somebody changed it since', here: 'This ticket joined', led: '#{number} joined this ticket', look: 'Show the ticket it was', fromNew: 'Create and merge',
  },
  export: {
    title: 'Export tickets', columns: 'Columns', none: 'Choose at least one column', hint: 'A CSV file of at most 100,000 tickets, oldest first. Customer names are masked as your role demands. Kept for 7 days', do: 'Export {count} ticket | Export {count} tickets', doMany: 'Export all tickets', going: 'Exporting {done} of {total}', done: '{count} ticket exported | {count} tickets exported', cancelled: 'Export stopped', failed: 'The export was interrupted. Try again', download: 'Download',
    column: {
      number: 'Number', subject: 'Subject', description: 'Description', state: 'State', priority: 'Priority', category: 'Category', customerId: 'Customer id', customer: 'Customer', agent: 'Agent', team: 'Team', tags: 'Tags', origin: 'Origin', createdAt: 'Created', updatedAt: 'Updated', solvedAt: 'Solved', closedAt: 'Closed',
      firstResponse: 'First response', firstResponseDueAt: 'First response due', firstResponseSeconds: 'First response seconds', resolution: 'Resolution', resolutionDueAt: 'Resolution due', resolutionSeconds: 'Resolution seconds', mergedInto: 'Merged into',
    },
  },
  split: { title: 'Split ticket', subject: 'Subject of the new ticket', which: 'What moves to the new ticket', none: 'There is no comment to move', missing: 'Choose at least one', hint: 'The new ticket counts since the customer first said it. Can be undone for 30 seconds', do: 'Split', done: 'Ticket #{number} was split off' },
  side: { label: 'About the ticket', facts: 'Facts', team: 'Team', noTeam: 'None', conversations: 'Conversations', newTag: 'Add a tag', followers: 'Followers', follow: 'Follow', following: 'Following', addFollower: 'Add a colleague', unfollow: 'Remove follower {name}', noColleague: 'No colleague found', others: 'Other tickets of {name}', away: 'Conversations do not answer just now; the ticket is not affected' },
  event: {
    created: '{name} created the ticket, category {category}, {origin}', state: '{name} changed the state from {from} to {to}', agent: '{name} assigned the ticket to {to}', taken: '{name} took the ticket', unassigned: '{name} took it away from {from}', team: '{name} passed the ticket to {to}', category: '{name} changed the category from {from} to {to}', tags: '{name} changed the tags to {to}', words: '{name} changed the {field}',
    priority: '{name} changed the priority from {from} to {to}; SLA clocks were counted anew from creation', paused: '{target} clock paused: {why}', resumed: '{target} clock goes on, due {due}', met: '{target} met in {used}', breached: '{target} breached, it was due {due}',
    warned: '{target} has {left} left, the agent was warned', warnedTeam: '{target} has {left} left, the agent and {team} were warned', escalated: '{target} is over by {after}, escalated to {team}', escalatedBy: '{name} escalated the ticket to {team}', cancelled: 'No escalation to {team} any more: {why}', linked: '{name} linked a conversation', linkedTicket: '{name} linked ticket #{number}', unlinkedTicket: '{name} took away the link to ticket #{number}', parent: '{name} made it a child of #{number}', parentGone: '{name} took it out of incident #{number}', child: '{name} added child #{number}', childGone: '{name} took out child #{number}', followed: '{name} follows the ticket', unfollowed: '{name} follows the ticket no more', followers: '{name} added followers: {to}', followersGone: '{name} removed followers: {to}', linkMERGED: '{name} merged this ticket into #{number}', linkDUPLICATE: '{name} merged ticket #{number} into this one', linkUNMERGED: '{name} undid the merge with #{number}', linkSPLIT: '{name} moved comments to ticket #{number} ({count})', linkSPLIT_FROM: 'Split off from ticket #{number}', linkUNSPLIT: '{name} undid the split of #{number}', stateUndone: '{name} undid a change, the state is {to} again', because: '{sentence}: {reason}',
  },
  origin: { CONSOLE: 'in the console', CONVERSATION: 'from a conversation', API: 'by an outside program', RULE: 'by a rule', OFFLINE: 'from an offline message' },
  state: { NEW: 'New', OPEN: 'Open', PENDING: 'Pending', ON_HOLD: 'On hold', SOLVED: 'Solved', CLOSED: 'Closed' },
};
