export const command = {
  app: { palette: 'Search or run a command', search: 'Search conversations, tickets and customers', help: 'Keyboard shortcuts', undo: 'Undo' },
  list: { next: 'Next conversation', previous: 'Previous conversation', open: 'Open conversation', nextUnread: 'Next unread conversation', search: 'Filter this view' },
  conversation: {
    reply: 'Reply', note: 'Note', close: 'Close', closeNext: 'Close and open next', assign: 'Assign to an agent', transfer: 'Transfer', take: 'Assign to me', tags: 'Tags', priority: 'Priority', ticket: 'New ticket', accept: 'Accept conversation', back: 'Back to the list',
  },
  ticket: {
    create: 'New ticket', next: 'Next ticket', previous: 'Previous ticket', open: 'Open ticket', reply: 'Reply', note: 'Note', take: 'Assign to me', solve: 'Solve', pending: 'Wait for the customer', hold: 'Put on hold', goOn: 'Work on it', unassign: 'Take the agent away', priority: 'Change priority', escalate: 'Escalate', reopen: 'Reopen', close: 'Close for good', proof: 'How time was counted', back: 'Back to the tickets',
  },
  go: { mine: 'Go to mine', unassigned: 'Go to unassigned', mentioned: "Go to {'@'}me", team: 'Go to team', tickets: 'Go to tickets', board: 'Open the SLA board', alerts: 'Open warnings', recipients: 'Open warning recipients', policies: 'Open the SLA policies', admin: 'Open admin', settings: 'Go to your settings' },
  policy: { save: 'Save', dryRun: 'Dry run', activate: 'Activate', versions: 'Versions', compare: 'Compare' },
  pane: { list: 'Jump to the list', panel: 'Show or hide the customer panel', next: 'Next pane', previous: 'Previous pane' },
  group: { conversation: 'This conversation', ticket: 'This ticket', policy: 'This SLA policy', go: 'Go to', open: 'Conversations', customer: 'Customers', found: 'Said in conversations', ticketFound: 'Tickets', list: 'List', app: 'Settings' },
  help: { title: 'Keyboard shortcuts', text: 'All shortcuts', hint: 'Single letters are off in text fields', change: 'Change shortcuts' },
  palette: { hint: 'Search what was said, tickets, customers or commands', none: 'Nothing found for “{query}”', failed: 'Search is not available now. Try again in a moment', choose: 'choose', run: 'run', pinyin: 'Pinyin initials work too' },
  pinyin: {
    app: { help: '' },
    list: { nextUnread: '', search: '' },
    conversation: { reply: '', note: '', close: '', closeNext: '', assign: '', transfer: '', take: '', tags: '', priority: '', ticket: '', accept: '' },
    ticket: { create: '', reply: '', note: '', take: '', solve: '', pending: '', hold: '', goOn: '', unassign: '', priority: '', escalate: '', reopen: '', close: '', proof: '' },
    go: { mine: '', unassigned: '', mentioned: '', team: '', tickets: '', board: '', alerts: '', recipients: '', policies: '', admin: '', settings: '' },
    policy: { save: '', dryRun: '', activate: '', versions: '', compare: '' },
    pane: { panel: '' },
  },
};
