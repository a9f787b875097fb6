export const common = {
  action: {
    cancel: 'Cancel', save: 'Save', retry: 'Retry', delete: 'Delete', undo: 'Undo', open: 'Open', dismiss: 'Close', copyRequestId: 'Copy request id', toList: 'Back to the list', more: 'Show more',
  },
  actor: { CUSTOMER: 'customer', AGENT: 'agent', BOT: 'bot', SYSTEM: 'system', API: 'outside program' },
  channel: { WEB: 'Web', APP: 'App' },
  error: {
    NETWORK: 'No connection. Your drafts are safe, retry when you are back online.',
    UNAVAILABLE: 'The service does not answer just now. Your drafts are safe.',
    RATE_LIMITED: 'Too many requests. Wait a few seconds and retry.',
    FORBIDDEN: 'You may not see this. A supervisor can give you access.',
    NOT_FOUND: 'It does not exist or lies outside your permissions.',
    UNAUTHENTICATED: 'Your sign-in has expired. Sign in again to go on.',
    INTERNAL: 'The service did not finish this request. Your drafts are safe.',
    requestId: 'Request id {id}',
  },
  list: { separator: ', ' },
  nav: { main: 'Main', inbox: 'Inbox', tickets: 'Tickets', board: 'SLA board', alerts: 'Warnings', admin: 'Admin', settings: 'Your settings', me: 'Me', skip: 'Skip to content' },
  nowhere: { title: 'No such page', text: 'The address may be wrong, or the page has moved.' },
  priority: { P0: 'Urgent', P1: 'High', P2: 'Normal' },
  state: { loading: 'Loading' },
  unreached: { title: 'Careline cannot be reached' },
  time: { today: 'Today', secondsLeft: '{count} s' },
};
