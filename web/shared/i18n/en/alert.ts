export const alert = {
  page: { title: 'Warnings', recipients: 'Who is told', none: 'No warnings', noneText: 'When first-response attainment of the day, of tickets or of conversations, falls below its limit, it shows here and the recipients are told.', failed: 'Warnings did not load', more: 'Show earlier ones', offline: 'Offline, reconnecting (try {attempt}). The list may be out of date' },
  state: { on: 'On', off: 'Off' },
  row: { since: 'since {time}', until: 'until {time}', takenBy: '{name} looks after it', tickets: 'Tickets responsible ({count})', conversations: 'Conversations responsible ({count})', take: 'Look after it' },
  missed: { failed: 'The conversations did not load', none: 'None of them is for you to see.', conversation: 'Conversation', customer: 'Customer', agent: 'Agent', state: 'State', noSubject: 'No subject' },
  banner: { open: 'Open warning' },
  list: { only: 'Only the {count} tickets responsible for a warning', all: 'Show all tickets' },
  kind: { MAIL: 'Mail', WEBHOOK: 'Webhook', WECOM: 'WeCom group robot', DINGTALK: 'DingTalk group robot', FEISHU: 'Feishu/Lark group robot', SLACK: 'Slack and compatible' },
  occasion: { RAISED: 'Warning', CLEARED: 'All-clear', TEST: 'Test message' },
  fate: {
    none: 'Nothing sent yet', sending: '{occasion} is being sent', sent: '{occasion} delivered, {time}', failed: '{occasion} given up after {count} tries: {fault}', again: '{occasion} not delivered (try {count}): {fault}; again {time}',
  },
  fault: {
    address_refused: 'address not allowed', no_such_host: 'no such host', connection_refused: 'connection refused', connection_failed: 'connection failed', connection_lost: 'connection lost', timed_out: 'timed out', unreachable: 'unreachable', certificate_refused: 'certificate not valid', could_not_be_sent: 'could not be sent',
    no_mail_server_is_set_up: 'no mail server is set up', mail_server_refused_the_sign_in: 'the mail server refused the sign-in', answered: 'answered {status}', mailAnswered: 'the mail server answered {status}', robot_said_nothing: 'the robot did not answer as agreed', robotAnswered: 'the robot answered {status}',
  },
  limits: {
    title: 'When attainment warns', threshold: 'Warn below (%)', rearm: 'All-clear from (%)', sampleMin: 'Clocks ended that day, at least', save: 'Save limits', saved: 'The limits are saved; they hold within a minute', number: 'Write a number.',
    hint: 'Counted on the first-response attainment of the day, of tickets and of conversations each by itself; with fewer ended clocks nothing warns.', by: 'Changed by {name}, {time}.',
  },
  recipients: {
    title: 'Warning recipients', add: 'Add recipient', none: 'No recipients yet', text: 'These mailboxes, group robots and programs are told when a warning comes on and goes off. People with the right always see it in the console.', failed: 'Recipients did not load', test: 'Send test', testOne: 'Send a test to {address}', remove: 'Remove', removeOne: 'Remove {address}',
    removeTitle: 'Remove recipient', removeText: '{address} will hear of no more warnings; messages waiting for it are dropped.',
  },
  add: {
    kind: 'How', MAIL: 'Mail address', MAILHint: 'A person or a mailing list', WEBHOOK: 'URL', WEBHOOKHint: 'Begins with https://; inner addresses must be allowed by OUTBOUND_NETWORKS',
    WECOM: 'Address of the robot', WECOMHint: 'The webhook of the group robot, begins with https://qyapi.weixin.qq.com/', DINGTALK: 'Address of the robot', DINGTALKHint: 'The webhook of the custom robot, begins with https://oapi.dingtalk.com/; each message holds the keyword Careline', FEISHU: 'Address of the robot', FEISHUHint: 'The webhook of the custom robot, begins with https://open.feishu.cn/ or https://open.larksuite.com/', SLACK: 'Webhook URL', SLACKHint: 'The incoming webhook of Slack, Mattermost, Rocket.Chat and the like',
    robotSecret: 'Signing key', robotSecretHint: 'When the security settings of the robot ask for a signature; not shown again once saved',
    secretTitle: 'Signing key', secretText: 'Your program checks the signature of each message with it. Save it now: it is not shown again.', secret: 'Key', secretHint: 'HMAC-SHA256 in the header Careline-Signature', copy: 'Copy', copied: 'Copied', done: 'I saved it',
  },
};
