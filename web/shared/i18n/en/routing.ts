export const routing = {
  page: {
    text: 'From the top, the first rule whose conditions all hold chooses the queue of a conversation. Changes are saved as a draft, which is tried before it counts.',
    add: 'Add a rule', save: 'Save as a new version', dryRun: 'Dry run', activate: 'Activate', dirty: 'Not saved', otherwise: 'All others', saved: 'Saved as version {number}', activated: 'Version {number} is in force',
    leave: 'There are changes that are not saved. Leave all the same?', offline: 'Offline. Changes stay on this page and can be saved once you are back.', failed: 'The routing rules did not load', unreached: 'The server was not reached. Try again.', empty: 'No rules yet', emptyText: 'Every conversation goes to the default queue.',
  },
  version: { label: 'Version', name: 'Version {number} · {state} · {at}', DRAFT: 'Draft', SCHEDULED: 'Planned', ACTIVE: 'In force', RETIRED: 'Was in force' },
  rule: {
    name: 'Name of rule {number}', namePlaceholder: 'Name of the rule', up: 'Move rule {number} up', down: 'Move rule {number} down', remove: 'Remove rule {number}', shadowed: 'Never used: “{name}” always matches first.', everything: 'No conditions: it matches every conversation.',
    condition: 'Condition {number}', field: 'What condition {number} looks at', addValue: 'Add a value to condition {number}', removeValue: 'Remove {value}', removeCondition: 'Remove condition {number}', addCondition: 'Add a condition', choose: 'Choose…', allChosen: 'All are chosen', type: 'Type and press Enter',
    queue: 'Queue of rule {number}', noQueue: 'Choose a queue', priority: 'Priority of rule {number}', samePriority: 'Priority unchanged', skills: 'Skills that rule {number} asks for',
  },
  field: { CHANNEL: 'Channel', LOCALE: 'Customer language', FORM: 'Form answer', TEXT: 'First message has', TIER: 'Service level', TAG: 'Customer tag', HOURS: 'Business hours' },
  channel: { WEB: 'All web channels', APP: 'All app channels' },
  form: { pair: '{name}: {value}', yes: 'Yes', no: 'No' },
  hours: { open: 'Within {name}', closed: 'Outside {name}' },
  skill: { add: 'Add a skill', level: 'Least level of {name}', atLeast: '≥ {level}' },
  test: {
    title: 'Try it on a conversation', conversation: 'Conversation', hint: 'With what was known when it began; nothing changes', none: 'No conversations yet', example: 'A conversation of the dry run', run: 'Try', goes: 'Goes to', byRule: 'Rule “{name}”', byDefault: 'No rule matches: the default queue',
    candidates: 'Agents who could get it now', nobody: 'No agent serves this queue.', holds: 'Holds', fails: 'Does not hold',
  },
  dry: {
    title: 'Dry run', none: 'This version has not been run. A dry run judges the conversations of the last 30 days anew and changes nothing.', running: 'Running, {percent}%: {count} conversations so far', done: '{count} conversations; {changed} would go to another queue than under version {number}.',
    failed: 'The dry run failed. Try again.', dirty: 'This is the saved version, without the changes since.', try: 'Try #{number}',
  },
  excluded: { NOT_ONLINE: 'Not online', AT_CAPACITY: 'At capacity', TEAM_AT_CAPACITY: 'Team at capacity', NOT_IN_TEAM: 'In no team of it', MISSING_SKILL: 'Lacks a skill', NOT_ALLOWED: 'Not allowed', DECLINED: 'Declined' },
  strategy: { LAST_AGENT: 'The agent who served before first', SKILL: 'The best skill first', LEAST_LOAD: 'The least busy first', LONGEST_IDLE: 'The longest idle first' },
  order: { up: 'Move {name} up', down: 'Move {name} down', none: 'Nothing chosen yet.' },
  queue: {
    basics: 'Basics', name: 'Name', key: 'Key', keyHint: 'Lower-case letters, digits or underscores; it never changes', teams: 'Teams, the first is asked first', addTeam: 'Add a team…', online: '{count} online',
    giving: 'Giving out', strategy: 'How an agent is chosen', addStep: 'Add a step…', accept: 'Seconds to accept', acceptHint: '0: given without asking; at most 300', skills: 'Skills needed', skillsHint: 'Who lacks them gets nothing of this queue; empty: none are needed', skillSeconds: 'Seconds until skills are only preferred', skillSecondsHint: 'Empty: they are always needed',
    overflow: 'Overflow', overflowQueue: 'Overflow to', noOverflow: 'None', overflowSeconds: 'Seconds of waiting until overflow', overflowHint: 'Only open time counts; empty: waiting alone never overflows',
    opening: 'Opening hours', hours: 'Business hours', always: 'Always open', hoursUnknown: 'The chosen business hours', closed: 'While it is closed', WAIT: 'Wait until it opens', OVERFLOW: 'Go to the overflow queue at once', closedNeedsOverflow: 'Choose an overflow queue; else work waits until it opens.',
    closedZh: 'What visitors are told while it is closed (Chinese)', closedEn: 'What visitors are told while it is closed (English)', closedHint: 'Shown with the next opening; at most 300 characters',
    waiting: 'Open · {count} waiting', opensAt: 'Opens {at} · {count} waiting', shut: 'Closed · {count} waiting', create: 'New queue', save: 'Save', saved: '{name} is saved', failed: 'The queues did not load', missing: 'There is no such queue',
  },
};
