export const ticket = {
  create: {
    title: 'New ticket', category: 'Category', choose: 'Choose a category', categoryMissing: 'Choose a category, so that the right people get it', subject: 'Subject', subjectMissing: 'Give it a subject', description: 'Description', hint: 'Linked with the conversation of {name}',
    done: 'Created ticket #{number}', away: 'The categories could not be loaded.', unreached: 'Not created: connection lost. Retrying makes no second ticket',
  },
  list: { title: 'Tickets', none: 'No ticket of this customer yet', away: 'Tickets do not answer just now; the conversation is not affected' },
  state: { NEW: 'New', OPEN: 'Open', PENDING: 'Pending', ON_HOLD: 'On hold', SOLVED: 'Solved', CLOSED: 'Closed' },
};
