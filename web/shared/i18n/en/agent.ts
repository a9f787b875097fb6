export const agent = {
  action: { signIn: 'Sign in', signOut: 'Sign out' },
  again: { title: 'Your sign-in has expired', text: 'Sign in again to go on. Your drafts and unsent messages are all here.' },
  density: { COMFORTABLE: 'Comfortable', COMPACT: 'Compact' },
  frame: { promise: 'Every word arrives, and no word is lost.', detail: 'Conversations, tickets and knowledge in one place. Offline, after a reload, on another device: what you began to write is still there.' },
  keys: { hint: 'Click a key to change it', press: 'Press the new key', taken: 'This key belongs to “{command}”', restore: 'Restore default', change: 'Change the key of “{command}”, now {keys}' },
  notice: { CONVERSATION_OFFERED: 'A conversation waits for me', CONVERSATION_ASSIGNED: 'A conversation is assigned to me', MENTIONED: 'A colleague mentions me', SLA_WARNING: 'A promise of a conversation runs out or was missed', ESCALATED: 'A missed promise is escalated to my team', QUEUE_ENTERED: 'A customer waits in a queue of my team', LOW_RATING: 'A customer gives 1 or 2', FOLLOWED: 'Something happens to a ticket I follow', TEAM_TOLD: 'A rule tells my team of a ticket', SENDING_STOPPED: 'A scheduled message of mine is not sent' },
  presence: {
    ONLINE: 'Online', AWAY: 'Away', OFFLINE: 'Offline', summary: '{name}, {state}, load {load}/{capacity}', unreached: 'Not changed: connection lost, retry when you are back online',
    meaning: { ONLINE: 'gets work', AWAY: 'keeps work, gets no new', OFFLINE: 'no work' },
  },
  setUp: {
    title: 'Set up Careline', text: 'Make the first administrator. Works only while there is no agent.', open: 'Set up the system', back: 'Back to sign-in', submit: 'Make administrator and sign in', organisationName: 'Name of the organisation', displayName: 'Your name', email: 'Mail address (to sign in)', password: 'Password', passwordHint: 'At least {count} characters',
    passwordShort: 'Too short: at least {count} characters', timeZone: 'Time zone of the organisation', code: 'Set-up code', codeHint: 'Printed at the first start; not needed on the machine itself', missing: 'Fill this in', emailInvalid: 'Not a mail address, write it like name{\'@\'}example.com',
  },
  setPassword: {
    title: 'Set your password', text: 'Choose a password for your account and start working.', name: 'Name or mail address', nameHint: 'The address that was invited', password: 'New password', again: 'New password again', differ: 'The two passwords differ', submit: 'Set password and sign in',
    cut: 'This link is not whole. Copy all of it, or ask your administrator for a new invitation.', isSet: 'The password is set. You can sign in now.',
  },
  settings: {
    title: 'Your settings', status: 'Status', presence: 'Presence', look: 'Look and language', locale: 'Language', theme: 'Theme', density: 'Density', sending: 'Sending', undo: 'Undo send', undoOff: 'Off', undoSeconds: '{count} s', undoHint: 'A reply waits that long before it goes to the customer, and can be undone. Notes and “Send and close” do not wait.', notices: 'Notifications', noticeKind: 'When', desktop: 'Desktop', sound: 'Sound',
    desktopUnasked: 'The browser does not allow desktop notifications yet: you are told on this page only.', desktopAsk: 'Allow desktop notifications', desktopDenied: 'Your browser refuses desktop notifications. Allow them in its site settings.', quiet: 'Quiet hours', quietFrom: 'Quiet from', quietTo: 'Quiet until', keys: 'Keyboard', unreached: 'Not saved: connection lost, retry when you are back online',
  },
  signIn: {
    title: 'Sign in', text: 'Use the account of your organisation.', name: 'Name or mail address', password: 'Password', nameMissing: 'Enter your name or mail address', passwordMissing: 'Enter your password', busy: 'Signing in', first: 'First time here?',
    error: { NETWORK: 'No connection, try again when you are back online.', UNAVAILABLE: 'The service is not ready yet, try again in a moment.', RATE_LIMITED: 'Too many attempts, wait a minute and try again.', INTERNAL: 'The sign-in did not finish, try again in a moment.' },
  },
  signIns: {
    title: 'Signed-in devices', current: 'This device', lastUsed: 'Last used {time}', since: 'signed in {time}', end: 'Sign out', endOne: 'Sign out {device}', endOthers: 'Sign out all others', ended: '{device} is signed out', endedOthers: '{count} other device is signed out | {count} other devices are signed out',
    onlyHere: 'Not signed in anywhere else', failed: 'The devices did not load', unreached: 'Not signed out: connection lost, try again once online',
  },
  theme: { SYSTEM: 'As the system', LIGHT: 'Light', DARK: 'Dark' },
};
