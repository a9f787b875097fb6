export const inbox = {
  closed: { title: 'Your role may not see conversations', text: 'An administrator can give you access.' },
  count: { unread: '{count} unread', many: '10,000 or more' },
  empty: {
    title: 'All done', text: 'You will be told when the next conversation arrives. Nothing is unassigned now. | You will be told when the next conversation arrives. {count} conversation is unassigned now. | You will be told when the next conversation arrives. {count} conversations are unassigned now.',
    plain: 'You will be told when the next conversation arrives.', saved: 'No conversation matches this view.', unassigned: 'See unassigned',
    filteredTitle: 'No conversation matches', filteredText: 'Only this view was searched. Try another view, or clear the filter.', unfilter: 'Clear filter',
  },
  filter: { label: 'Filter', all: 'All', unread: 'Unread only', urgent: 'P0 and P1', draft: 'With a draft' },
  group: { missed: 'Breached', soon: 'At risk', waiting: 'Waiting for us', answered: 'Waiting for customer', closed: 'Closed' },
  list: { label: 'Conversations', failed: 'The list could not be loaded' },
  notice: {
    CONVERSATION_OFFERED: 'A conversation waits for you: {subject}', CONVERSATION_ASSIGNED: 'Assigned to you: {subject}', MENTIONED: 'A colleague mentioned you: {subject}',
    SLA_WARNING: 'A promise runs out or was missed: {subject}', ESCALATED: 'A missed promise was escalated to your team: {subject}',
    QUEUE_ENTERED: 'A customer waits in a queue: {subject}', LOW_RATING: 'A customer gave a low rating: {subject}', FOLLOWED: 'News on a ticket you follow: {subject}', TEAM_TOLD: 'A rule tells your team of a ticket: {subject}', SENDING_STOPPED: 'A scheduled message was not sent: {subject}', ticketMentioned: 'A colleague mentioned you on a ticket: {subject}',
  },
  row: { draft: 'Draft', empty: 'No message yet', file: '[File]', mine: 'You: ', note: 'Note:', recalled: '[Message taken back]', service: 'The conversation changed' },
  search: { label: 'Search this view', hint: 'Name, number, text', end: 'End search' },
  state: { BOT: 'With the bot', QUEUED: 'Queued', ACTIVE: 'Active', CLOSED: 'Closed' },
  title: { MINE: 'My conversations', UNASSIGNED: 'Unassigned', MENTIONED: "{'@'}me", SNOOZED: 'Snoozed', TEAM: 'Team' },
  ask: { owner: 'Agent', any: 'Any', me: 'Me', team: 'My teams', none: 'Nobody', state: 'State', channel: 'Channel', tags: 'Tags', tagsHint: 'Commas between several; any of them will do', unread: 'Only unread', other: 'There are conditions that are not shown here; they stay as they are' },
  view: { label: 'Views', MINE: 'Mine', UNASSIGNED: 'Unassigned', MENTIONED: "{'@'}me", SNOOZED: 'Snoozed', TEAM: 'Team' },
};
