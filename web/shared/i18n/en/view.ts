/** Saved views, of tickets and of the inbox alike. */
export const view = {
  label: 'Saved views', saveAs: 'Save as view', keep: 'Update this view', save: 'Save', saveTitle: 'Save as view', edit: 'Rename and share', change: 'Change the view', saveHint: 'Keeps the filter and the order on screen', editHint: 'Filter and order stay as they are', name: 'Name', nameMissing: 'Give the view a name', nameHint: 'At most {max} characters', nameLong: '{count} character too many, at most {max} | {count} characters too many, at most {max}',
  up: 'Move up', down: 'Move down', remove: 'Remove', removed: 'Removed the view “{name}”', more: 'What to do with “{name}”', team: 'Team', of: { conversation: 'View of the inbox', ticket: 'View of tickets' },
  sharing: { label: 'Who sees it', ME: 'Only me', TEAM: 'Team', ALL: 'Everybody' },
  group: { ME: 'Saved by me', TEAM: 'Shared by the team', ALL: 'Shared by everybody' },
};
