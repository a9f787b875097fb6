export const macro = {
  run: {
    manage: 'Manage macros',
    title: 'Run a macro', text: 'Choose a macro and see what it will do', search: 'Search macros', hint: 'Name, pinyin or initials', list: 'Macros', none: 'No macro matches', failed: 'Macros could not be loaded. Try again in a moment', plan: 'It will', noPlan: 'Choose a macro to see its steps', stuck: 'A step is not possible now, so none will be done',
    submit: 'Run', done: 'Ran “{name}”', unreached: 'Not run: connection lost, nothing was done', insist: 'Run anyway', stay: 'Not yet', conflict: '{name} has just written; the macro has not run', all: 'All of it or nothing',
  },
  verb: { SEND_MESSAGE: 'Send a reply', ADD_NOTE: 'Add a note', ADD_TAG: 'Add the tag', SET_PRIORITY: 'Set the priority', ASSIGN: 'Assign to', TRANSFER: 'Transfer to the queue', CLOSE: 'Close the conversation' },
  page: {
    create: 'New macro', search: 'Search macros', none: 'No macros yet', noneText: 'Save the steps you do often as a macro, and do them with M in a conversation.', failed: 'The macros could not be loaded', count: '{count} in all',
  },
  column: { name: 'Name', steps: 'Steps' },
  edit: {
    create: 'New macro', change: 'Change macro', name: 'Name', nameHint: 'Found by Chinese, pinyin or initials', steps: 'Steps', stepsHint: 'Done in this order, at most 20; transfer and close only as the last', add: 'Add a step', verb: 'What step {place} does', value: 'With what, step {place}', up: 'Move step {place} up', down: 'Move step {place} down', remove: 'Remove step {place}',
    me: 'Whoever runs it', tag: 'Tag', choose: 'Choose', preview: 'When it runs', none: 'No steps yet', saved: 'Saved “{name}”',
  },
};
