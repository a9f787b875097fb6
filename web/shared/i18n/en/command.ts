export const command = {
  app: { palette: 'Search or run a command', search: 'Search conversations, tickets and customers', help: 'Keyboard shortcuts', undo: 'Undo' },
  list: { next: 'Next conversation', previous: 'Previous conversation', open: 'Open conversation', nextUnread: 'Next unread conversation', search: 'Filter this view', look: 'Tickets: list or board' },
  conversation: {
    reply: 'Reply', note: 'Note', canned: 'Canned reply', macro: 'Run a macro', close: 'Close', closeNext: 'Close and open next', assign: 'Assign to an agent', transfer: 'Transfer', take: 'Assign to me', snooze: 'Snooze', tags: 'Tags', priority: 'Priority', ticket: 'New ticket', accept: 'Accept conversation', back: 'Back to the list',
  },
  ticket: {
    create: 'New ticket', next: 'Next ticket', previous: 'Previous ticket', open: 'Open ticket', reply: 'Reply', note: 'Note', canned: 'Canned reply', take: 'Assign to me', solve: 'Solve', pending: 'Wait for the customer', hold: 'Put on hold', goOn: 'Work on it', unassign: 'Take the agent away', priority: 'Change priority', escalate: 'Escalate', reopen: 'Reopen', close: 'Close for good', proof: 'How time was counted', fields: 'Edit custom fields', copyLink: 'Copy the tracking link', traces: 'What automation did', back: 'Back to the tickets',
    select: 'Select ticket', selectTo: 'Select up to this row', selectAll: 'Select all', unselect: 'Clear selection', bulkTake: 'Assign to me', bulkSolve: 'Solve', bulkChange: 'Change all', bulkMerge: 'Merge', export: 'Export', merge: 'Merge into another ticket', split: 'Split',
  },
  go: { mine: 'Go to mine', unassigned: 'Go to unassigned', mentioned: "Go to {'@'}me", team: 'Go to team', tickets: 'Go to tickets', board: 'Open the SLA board', alerts: 'Open warnings', recipients: 'Open warning recipients', policies: 'Open the SLA policies', canned: 'Open the canned replies', macros: 'Open the macros', categories: 'Open the categories', automation: 'Open the automation rules', routing: 'Open the routing rules', queues: 'Open the queues', hours: 'Open the business hours', channels: 'Open the channels', admin: 'Open admin', settings: 'Go to your settings' },
  policy: { save: 'Save', dryRun: 'Dry run', activate: 'Activate', versions: 'Versions', compare: 'Compare' },
  rule: { create: 'New rule', dryRun: 'Dry run', activate: 'Activate', off: 'Switch off', versions: 'Versions' },
  pane: { list: 'Jump to the list', panel: 'Show or hide the customer panel', next: 'Next pane', previous: 'Previous pane' },
  group: { conversation: 'This conversation', macro: 'Macros', ticket: 'This ticket', policy: 'This SLA policy', rule: 'This rule', go: 'Go to', open: 'Conversations', customer: 'Customers', found: 'Said in conversations', ticketFound: 'Tickets', list: 'List', app: 'Settings' },
  help: { title: 'Keyboard shortcuts', text: 'All shortcuts', hint: 'Single letters are off in text fields', change: 'Change shortcuts' },
  palette: { hint: 'Search what was said, tickets, customers or commands', none: 'Nothing found for “{query}”', failed: 'Search is not available now. Try again in a moment', choose: 'choose', run: 'run', pinyin: 'Pinyin initials work too' },
  pinyin: {
    app: { help: '' },
    list: { nextUnread: '', search: '', look: '' },
    conversation: { reply: '', note: '', canned: '', macro: '', close: '', closeNext: '', assign: '', transfer: '', take: '', snooze: '', tags: '', priority: '', ticket: '', accept: '' },
    ticket: { create: '', reply: '', note: '', canned: '', take: '', solve: '', pending: '', hold: '', goOn: '', unassign: '', priority: '', escalate: '', reopen: '', close: '', proof: '', fields: '', copyLink: '', traces: '', merge: '', split: '', export: '' },
    go: { mine: '', unassigned: '', mentioned: '', team: '', tickets: '', board: '', alerts: '', recipients: '', policies: '', canned: '', macros: '', categories: '', automation: '', routing: '', queues: '', hours: '', channels: '', admin: '', settings: '' },
    policy: { save: '', dryRun: '', activate: '', versions: '', compare: '' },
    rule: { create: '', dryRun: '', activate: '', off: '', versions: '' },
    pane: { panel: '' },
  },
};
