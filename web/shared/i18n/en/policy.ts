export const policy = {
  page: {
    title: 'SLA policies', untitled: 'New policy document', create: 'New policy document', version: 'v{number} {state}', unsaved: 'Unsaved', readonly: 'Read only', inForce: 'v{number} in force, {count} open tickets', compare: 'Compare with v{number}', part: 'Which part to show',
    failed: 'The SLA policies did not load', missing: 'There is no such policy document', none: 'No SLA policies yet', noneText: 'Without a policy no clock runs for new tickets.', offline: 'Connection lost, attempt {attempt}. What you wrote is still here; save once you are back.',
  },
  name: { label: 'Name', hint: 'Name, e.g. “Standard”', missing: 'Give it a name' },
  state: { DRAFT: 'draft', SCHEDULED: 'planned', ACTIVE: 'in force', RETIRED: 'retired' },
  save: { done: 'Saved as v{number}', unreached: 'Not saved: no connection. What you wrote is still here; save again later' },
  hindrance: { dirty: 'Save first', mistakes: 'Mend the mistakes first', unchecked: 'Checking', active: 'In force already', dryRun: 'Run it dry first', none: 'Save first' },
  form: {
    title: 'Form', same: 'The same content as the YAML', order: 'From top to bottom, the first policy that matches wins', unreadable: 'The YAML is not well written, so the form cannot show it. Mend it in the YAML or undo your last step.', add: 'Add a policy', tier: '{number}. {name}', winner: 'Simulated', usesConversations: '{count} conversations in 30 days', uses: '{count} in 30 days', up: 'Move policy {number} up', down: 'Move policy {number} down', remove: 'Remove policy {number}',
    subject: 'For', ticket: 'Tickets', conversation: 'Conversations', channels: 'Channels', anyChannel: 'None chosen: every channel',
    priority: 'Priority', hours: 'Business hours', first_response: 'First response', next_response: 'Next response', periodic_update: 'Periodic update', resolution_time: 'Resolution', noPromise: 'no promise', categories: 'Categories', anyCategory: 'None chosen: every category', tags: 'Tags', anyTag: 'None given: any tags. Divide several by commas',
    rules: 'Escalation rules', after: 'Missed by', afterLabel: 'Step {number}, how long after the deadline', targetLabel: 'Step {number}, to which team', appliesLabel: 'Step {number}, for which target', eachTarget: 'Each target', chooseTeam: 'Choose a team', addRule: 'Add a step', removeRule: 'Remove step {number}',
    warnings: 'Warnings', before: 'Left', used: 'Used', warningLabel: 'Warning {number}, a duration (5m) or a percentage (80%)', warnedLabel: 'Warning {number}, who is told', onlyOwner: 'The owner only', addWarning: 'Add a warning', removeWarning: 'Remove warning {number}', pause: 'States in which clocks pause',
  },
  yaml: {
    title: 'YAML', mistakes: 'Mistakes from line {line} on: {count}', advice: 'Advice: {count}', copy: 'Copy the YAML', copied: 'YAML copied', import: 'Import a YAML file', tooLarge: 'The file is larger than 100 KB. Split it and import again', place: 'Line {line}, column {column}', cannotActivate: 'With mistakes it may be saved but not activated. The version in force stays as it is.', checkLost: 'Not checked: no connection.',
  },
  simulation: {
    title: 'Simulate a ticket', createdAt: 'Created at', any: 'Any', steps: 'Course of the simulated ticket', winner: 'Policy {number} matches: {name}', noPolicy: 'No policy matches; no clock runs for this ticket.', promise: '{target} {budget}', used: '{used} used', closed: 'Closed for {time}', stale: 'There are mistakes; this is the result of the last correct content.', hint: 'Simulated with what is not saved yet, in {zone}. Change the time of creation to see holidays and make-up workdays.', unreached: 'Not simulated: no connection.', failed: 'Not simulated: the service did not finish this request.',
    CREATED: 'Ticket created', OPENED: 'Hours open, clocks go on', CLOSED: 'Hours close, clocks pause', WARNED: '{target}: warning', DUE: '{target} due', ESCALATED: '{target} escalated to {team}',
  },
  dry: {
    title: 'Dry run: last 30 days', start: 'Dry run', none: 'This version was not run dry yet. A dry run replays the tickets of the last 30 days and shows what would change.', facts: '{count} tickets in {seconds} s', going: 'Dry run {percent}% done', failed: 'The dry run did not finish. Try again.', unreached: 'The dry run did not begin: no connection. Try again', attainment: 'Attainment', noRate: 'no data', changed: 'Tickets that change', escalations: 'Escalations more or less', underWarning: 'Under 95%; activating it raises the warning', list: 'Show {count} tickets', spoken: 'Dry run done: attainment from {before} to {after}, {count} tickets would change',
  },
  changes: { title: 'Tickets that change', text: 'Tickets of the last 30 days whose result differs under this version', failed: 'The tickets did not load', ticket: 'Ticket', target: 'Target', before: 'Was', after: 'Would be', outside: 'A ticket you may not read', more: 'Show more' },
  activate: {
    do: 'Activate v{number}', title: 'Activate v{number}', rollback: 'Roll back to v{number}', rollbackDo: 'Roll back to v{number}', replaces: 'v{number} takes the place of v{before}.', first: 'New tickets are timed by v{number} from then on.', scope: 'What happens to open tickets', newOnly: 'New tickets only', newOnlyHint: '{count} open tickets keep what they were promised', retarget: 'Count open tickets anew too', count: '{count} open tickets are counted anew from their creation', countMax: 'At most {count} open tickets are counted anew from their creation', counting: 'Counting how many tickets it touches, {percent}% done', done: 'v{number} is in force for new tickets', doneRetarget: 'v{number} is in force; open tickets are being counted anew', unreached: 'No answer: no connection. Activating again does it only once',
  },
  versions: { title: 'Versions', text: 'Every version of this policy document', failed: 'The versions did not load', saved: 'Saved by {name}, {time}', activated: 'Activated {time}', planned: 'Comes into force {time}', compare: 'Compare with the one in force', restore: 'Load into the editor', restored: 'v{number} is loaded; saving makes it a new version', rollback: 'Roll back to this' },
  compare: { title: 'From v{from} to v{to}', failed: 'The differences did not load', same: 'Both versions hold the same.', counts: 'Lines added: {added}, removed: {removed}', label: 'Differences' },
  stale: { title: 'There is a newer version, v{number}', text: '{name} saved a new version at {time}. Below is how it differs from the one you began with. What you wrote is still here.', edit: 'Go on editing', insist: 'Save mine as a new version', take: 'Drop mine, take v{number}' },
  leave: { title: 'There are unsaved changes', text: 'What is not saved is lost when you leave.', save: 'Save and leave', stay: 'Go on editing', discard: 'Leave without saving' },
};
