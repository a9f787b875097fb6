export const alert = {
  page: { title: 'Warnings', recipients: 'Who is told', none: 'No warnings', noneText: 'When first-response attainment of the day falls below 95.0%, it shows here and the recipients are told.', failed: 'Warnings did not load', more: 'Show earlier ones', offline: 'Offline, reconnecting (try {attempt}). The list may be out of date' },
  state: { on: 'On', off: 'Off' },
  row: { since: 'since {time}', until: 'until {time}', takenBy: '{name} looks after it', tickets: 'Tickets responsible ({count})', take: 'Look after it' },
  banner: { open: 'Open warning' },
  list: { only: 'Only the {count} tickets responsible for a warning', all: 'Show all tickets' },
  kind: { MAIL: 'Mail', WECOM: 'WeCom', DINGTALK: 'DingTalk', FEISHU: 'Feishu', SLACK: 'Slack', WEBHOOK: 'Webhook' },
  occasion: { RAISED: 'Warning', CLEARED: 'All-clear', TEST: 'Test message' },
  fate: {
    none: 'Nothing sent yet', sending: '{occasion} is being sent', sent: '{occasion} delivered, {time}', failed: '{occasion} given up after {count} tries: {fault}', again: '{occasion} not delivered (try {count}): {fault}; again {time}',
  },
  fault: {
    address_refused: 'address not allowed', no_such_host: 'no such host', connection_refused: 'connection refused', connection_failed: 'connection failed', connection_lost: 'connection lost', timed_out: 'timed out', unreachable: 'unreachable', certificate_refused: 'certificate not valid', could_not_be_sent: 'could not be sent',
    no_mail_server_is_set_up: 'no mail server is set up', mail_server_refused_the_sign_in: 'the mail server refused the sign-in', answered: 'answered {status}', mailAnswered: 'the mail server answered {status}', robotAnswered: 'the robot answered with code {status}', answer_not_understood: 'the answer was not understood',
  },
  recipients: {
    title: 'Warning recipients', add: 'Add recipient', none: 'No recipients yet', text: 'These mailboxes, groups and programs are told when a warning comes on and goes off. People with the right always see it in the console.', failed: 'Recipients did not load', test: 'Send test', testOne: 'Send a test to {address}', remove: 'Remove', removeOne: 'Remove {address}',
    removeTitle: 'Remove recipient', removeText: '{address} will hear of no more warnings; messages waiting for it are dropped.',
  },
  add: {
    kind: 'How', MAIL: 'Mail address', MAILHint: 'A person or a mailing list', WEBHOOK: 'URL', WEBHOOKHint: 'Begins with https://; inner addresses must be allowed by OUTBOUND_NETWORKS',
    WECOM: 'Robot address', WECOMHint: 'The webhook address that WeCom shows when you add a robot to a group', DINGTALK: 'Robot address', DINGTALKHint: 'The webhook address that DingTalk shows when you add a custom robot to a group', FEISHU: 'Robot address', FEISHUHint: 'The webhook address that Feishu shows when you add a custom bot to a group',
    SLACK: 'Incoming webhook', SLACKHint: 'Of a Slack channel, or of what takes the same, such as Mattermost', signingKey: 'Signing key (optional)', DINGTALKKeyHint: 'Where the robot checks an additional signature; begins with SEC', FEISHUKeyHint: 'Where the bot verifies signatures',
    secretTitle: 'Signing key', secretText: 'Your program checks the signature of each message with it. Save it now: it is not shown again.', secret: 'Key', secretHint: 'HMAC-SHA256 in the header Careline-Signature', copy: 'Copy', copied: 'Copied', done: 'I saved it',
  },
};
