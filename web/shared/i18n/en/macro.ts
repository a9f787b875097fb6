export const macro = {
  run: {
    manage: 'Manage macros',
    title: 'Run a macro', text: 'Choose a macro and see what it will do', search: 'Search macros', hint: 'Name, pinyin or initials', list: 'Macros', none: 'No macro matches', failed: 'Macros could not be loaded. Try again in a moment', plan: 'It will', noPlan: 'Choose a macro to see its steps', stuck: 'A step is not possible now, so none will be done',
    submit: 'Run', done: 'Ran “{name}”', unreached: 'Not run: connection lost, nothing was done', insist: 'Run anyway', stay: 'Not yet', ticket: 'Ticket', noTicket: 'No ticket is linked to this conversation', partly: 'Steps on the conversation are not done here: run them there', notHere: 'All steps of this macro are on a conversation: run it there', half: 'Done on the conversation, not on the ticket: {message}', cut: 'connection lost, run it again', conflict: '{name} has just written; the macro has not run', all: 'All on the conversation or nothing, and so on the ticket',
  },
  verb: { SEND_MESSAGE: 'Send a reply', ADD_NOTE: 'Add a note', ADD_TAG: 'Add the tag', SET_PRIORITY: 'Set the priority', ASSIGN: 'Assign to', TRANSFER: 'Transfer to the queue', CLOSE: 'Close the conversation', TICKET_REPLY: 'Ticket: reply', TICKET_COMMENT: 'Ticket: add a note', TICKET_ADD_TAG: 'Ticket: add the tag', TICKET_SET_PRIORITY: 'Ticket: set the priority', TICKET_SET_STATE: 'Ticket: set the state', TICKET_SET_CATEGORY: 'Ticket: set the category', TICKET_ASSIGN: 'Ticket: assign to', TICKET_ASSIGN_TEAM: 'Ticket: move to the team' },
  page: {
    create: 'New macro', search: 'Search macros', none: 'No macros yet', noneText: 'Save the steps you do often as a macro, and do them with M in a conversation, Shift+M in a ticket.', failed: 'The macros could not be loaded', count: '{count} in all',
  },
  column: { name: 'Name', steps: 'Steps' },
  edit: {
    create: 'New macro', change: 'Change macro', name: 'Name', nameHint: 'Found by Chinese, pinyin or initials', steps: 'Steps', stepsHint: 'Done in this order, at most 20; no step on the conversation after transfer or close', onConversation: 'Conversation', onTicket: 'Ticket', add: 'Add a step', verb: 'What step {place} does', value: 'With what, step {place}', up: 'Move step {place} up', down: 'Move step {place} down', remove: 'Remove step {place}',
    me: 'Whoever runs it', tag: 'Tag', choose: 'Choose', preview: 'When it runs', none: 'No steps yet', saved: 'Saved “{name}”',
  },
};
