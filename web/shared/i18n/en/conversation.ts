export const conversation = {
  action: { more: 'More', priority: 'Priority {priority} {name}', reopen: 'Reopen', take: 'Assign to me' },
  assign: { search: 'Find an agent', hint: 'Name, pinyin or initials', list: 'Agents', load: 'load {load}/{capacity}', nobody: 'No agent may take this conversation' },
  because: { LAST_AGENT: 'served before', SKILL: 'best skill', LEAST_LOAD: 'least load', LONGEST_IDLE: 'longest idle' },
  close: { done: 'Closed the conversation with {name}', unreached: 'Not closed: connection lost. The conversation goes on, retry when you are back online' },
  composer: {
    way: 'Reply or note', via: 'Reply by {channel}', replyLabel: 'Reply', noteLabel: 'Note', replyHint: 'Reply to {name}', noteHint: "A note for colleagues, {'@'} to tell one",
    attach: 'Attach files', emoji: 'Emoji', send: 'Send', addNote: 'Add note', more: 'More ways to send', sendClose: 'Send and close',
    closed: 'This conversation is closed, reopen it to reply', mayNot: 'Your role may not reply here, but you can add notes', tooLong: '{count} character too many, send it in parts | {count} characters too many, send it in parts', uploading: 'You can send once the files are uploaded',
  },
  conflict: {
    title: 'There are newer messages', colleague: '{name} answered the customer while you were writing', customer: '{name} wrote again while you were writing', whileClosing: '{name} has just written, the conversation is still open',
    yours: 'Your reply (not sent)', send: 'Send anyway', edit: 'Keep editing', discard: 'Discard', close: 'Close anyway', stay: 'Stay here',
  },
  draft: { saved: 'Draft saved {time}', device: 'Draft kept on this device {time}' },
  edit: { title: 'Subject, priority and tags', tagsHint: 'Enter adds a tag, {count}/{max}', removeTag: 'Remove tag {tag}' },
  event: {
    STARTED: '{name} started a conversation by {channel}', QUEUED: 'Waits in {queue}', ASSIGNED: 'Assigned to {agent}', waited: 'waited {time} in {queue}', TRANSFERRED: '{name} transferred it from {from} to {to}',
    CHANGED: '{name} changed {field} to {to}', nothing: 'nothing', IDENTIFIED: '{name} proved who they are', TICKET_LINKED: 'Created ticket #{number}', CLOSED: '{name} closed the conversation', REOPENED: '{name} reopened the conversation', SNOOZED: '{name} snoozed it until {time}', RATED: 'The customer rated it {score} of 5',
    WARNED: '{target} has {left} left', BREACHED: '{target} breached, it was due {due}', CORRECTED: '{target} had been met in time after {time}: the answer was heard of late, and nothing was breached', ESCALATED: '{target} breached, escalated to {team}',
  },
  snooze: { label: 'Snooze', until: 'Snoozed until {time}', wake: 'Bring it back now', after: { 1: 'In 1 hour', 4: 'In 4 hours', 24: 'This time tomorrow', 72: 'In 3 days', 168: 'In a week' } },
  field: { subject: 'Subject', priority: 'Priority', tags: 'Tags', followers: 'Followers' },
  file: {
    list: 'Attachments', remove: 'Remove {name}', download: 'Download {name}', notReady: 'being checked', blocked: 'failed the safety check, nobody can open it', preview: 'Preview {name}', text: 'Text of {name}', unread: 'The file could not be read', more: 'Show more', whole: 'Download', part: 'First {shown} of {size}', lines: '{count} line, {size} | {count} lines, {size}', unreached: 'The link could not be fetched, try again in a moment', empty: 'The file is empty, check it and choose again', refused: 'The file was not accepted, choose another one',
    tooLarge: '{size} is over the limit of 50 MB. Compress or split it', tooMany: 'At most {count} attachments in one message', broken: 'Upload interrupted at {sent} of {size}. Retry goes on from there',
  },
  later: {
    title: 'Send later', hour: 'In 1 hour', tomorrow: 'Tomorrow morning', monday: 'Monday morning', choose: 'Choose a time', at: 'Send at', zone: 'By the clocks of the organisation ({zone})', submit: 'Send later', insist: 'Schedule anyway',
    anyway: 'Send even if the customer writes meanwhile', guard: 'Unless ticked, newer messages stop it and you are told. Newer messages of colleagues always do.',
    fault: { unclear: 'Enter a whole date and time', past: 'This time has passed', far: 'At most 30 days ahead' },
  },
  none: { title: 'Choose a conversation', text: 'Move in the list with the keys, Enter opens.' },
  note: { internal: 'note, internal only', hidden: 'Hidden from the customer' },
  offer: { label: 'Conversation offered', text: 'A conversation of {queue} waits for you', left: '{count} second left | {count} seconds left', accept: 'Accept', decline: 'Decline', missed: 'Not accepted in time, the conversation is back in the queue' },
  offline: {
    idle: 'Connection lost, reconnecting (try {attempt}). Keep writing: messages will go out in order once you are back online.',
    text: 'Connection lost, reconnecting (try {attempt}). Keep writing: {waiting} will go out in order once you are back online.', waiting: '{count} message | {count} messages', now: 'Reconnect now',
  },
  recall: {
    do: 'Take back', title: 'Take this message back', titleNote: 'Take this note back', text: 'The customer may have read it. Afterwards neither side sees what it said; the customer sees that a message was taken back.', textRead: 'The customer has read it. Afterwards neither side sees what it said; the customer sees that a message was taken back.', textNote: 'Colleagues may have read it. Afterwards nobody sees what it said.',
    own: 'You took a message back', by: '{name} took a message back', ownNote: 'You took a note back', noteBy: '{name} took a note back', again: 'Write again', reveal: 'Show what it said', revealTitle: 'Show what it said', reasonMissing: 'Say why, for example: to check a complaint', revealed: 'What it said, shown to you alone; an audit entry was left', hide: 'Hide',
  },
  routing: {
    open: 'Why did it come here', title: 'Why did it come here', text: 'Each decision of routing and assignment', failed: 'The decisions could not be loaded', none: 'No decision yet.', rule: 'Rule: {rule} (version {version}), queue: {queue}', defaultRule: 'default queue',
    by: 'Chosen by: {step}', candidate: 'Agent', load: 'Load then', result: 'Result', chosen: 'chosen', score: 'score {score}',
    skill: '{name} from level {level}', and: ', ', needs: 'Needs skills: {skills}', preferred: 'Prefers skills, after waiting long enough: {skills}', lacks: 'lacks {skills}', units: 'Takes {count} unit | Takes {count} units',
    outcome: { QUEUED: 'Queue chosen', OFFERED: 'Offered', ASSIGNED: 'Assigned', OVERFLOWED: 'Passed to overflow queue', WAITING: 'Nobody free' },
    excluded: { NOT_ONLINE: 'not online', AT_CAPACITY: 'at capacity', TEAM_AT_CAPACITY: 'team at capacity', NOT_IN_TEAM: 'not in the team', NOT_ALLOWED: 'not allowed', DECLINED: 'declined or did not answer' },
  },
  state: {
    sending: 'Sending', delivered: 'Delivered', read: 'Read {time}', failed: 'Not delivered: {reason}', waiting: 'Waiting, sent once you are back online', retrying: 'Waiting, tried {count} time | Waiting, tried {count} times', takeBack: 'Take back', conflict: 'Not sent: newer messages came', decide: 'Look',
  },
  stream: {
    folded: '{count} earlier change | {count} earlier changes', label: 'Messages', unread: 'New messages', newCount: '{count} new message | {count} new messages', loadingOlder: 'Loading earlier messages', by: '{name}, {time}', gone: 'Erased', announce: '{name}: {text}',
  },
  thread: { label: 'Conversation', failed: 'The conversation could not be loaded', missing: 'No such conversation' },
  transfer: {
    title: 'Transfer conversation', text: 'Choose an agent or a queue and leave a note', way: 'Transfer to', agent: 'Agent', queue: 'Queue', load: '{waiting} waiting · {online} online', note: 'Note', noteHint: 'For those who take over, hidden from the customer', noteMissing: 'Leave a note, so that nobody has to ask the customer again',
    targetMissing: 'Choose who takes over', to: 'Transfer to {name}', submit: 'Transfer', done: 'Transferred to {name}',
  },
  typing: { one: '{name} is typing', note: '{name} is writing a note', several: '{count} people are typing' },
  verb: { unreached: 'Not done: connection lost, retry when you are back online' },
  waiting: {
    by: 'Send later by {name}', today: 'Goes out today {time}', tomorrow: 'Goes out tomorrow {time}', day: 'Goes out {day} {time}', countdown: 'Goes out in {count} s', sending: 'Sending', anyway: 'even if the customer writes', announced: 'Goes out in a moment, you can undo it: {text}',
    sendNow: 'Send now', edit: 'Edit', stay: 'Not yet', removeTitle: 'Delete this scheduled message', removeText: 'It will not be sent, and its words do not come back.', late: 'Not undone: the reply is with the customer',
    stopped: { ANSWERED: 'Not sent: newer messages came', CLOSED: 'Not sent: the conversation was closed', NOT_ALLOWED: 'Not sent: its author may not reply here any more', FILE_BLOCKED: 'Not sent: a file failed the safety check' },
  },
  viewers: { looking: '{names} viewing', writing: '{names} writing a reply' },
};
