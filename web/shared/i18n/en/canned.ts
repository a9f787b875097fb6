export const canned = {
  list: { manage: 'Manage canned replies', label: 'Canned replies', none: 'No canned reply matches', failed: 'Canned replies could not be loaded. Try again in a moment' },
  missing: { label: 'Not filled in:', goTo: 'Go to “{name}”', obstacle: 'Fill in or remove the variables to send' },
  sharing: { ME: 'Only me', TEAM: 'A team', ALL: 'Everybody' },
  page: {
    create: 'New canned reply', search: 'Search canned replies', searchHint: 'Title, pinyin initials, shortcut or text', count: '{count} in all', inUse: 'In use', retired: 'Retired',
    none: 'No canned replies yet', noneText: 'Keep what you say often here, and put it into a reply with “/”.', noMatch: 'Nothing found', noMatchText: 'Try another word, or look at the retired ones.', failed: 'The canned replies could not be loaded', readonly: 'You may use it, not change it',
  },
  column: { title: 'Title', shortcut: 'Shortcut', text: 'Text', sharing: 'For', usage: 'Used', changed: 'Changed' },
  article: { insert: 'Link of an article', title: 'Choose an article', search: 'Search articles', found: 'Articles', none: 'No published article that customers may read', failed: 'Articles could not be loaded. Try again in a moment' },
  edit: {
    create: 'New canned reply', change: 'Change canned reply', title: 'Title', titleHint: 'Found by Chinese, pinyin or initials', shortcut: 'Shortcut', shortcutHint: 'Lower-case letters, digits, -, _; typed as “/shortcut”', text: 'Text', insert: 'Insert a variable',
    sharing: 'For', team: 'Team', teamHint: 'Choose a team', preview: 'Preview', previewHint: 'Sample data; the customer’s own when it is sent', retire: 'Retire', restore: 'Use again',
    retiredText: 'Colleagues do not see it any more; it can come back at any time', unsaved: 'Your changes are not saved', discard: 'Discard', goOn: 'Go on editing', saved: 'Saved “{title}”', stale: 'Somebody changed it. This is what there is now; check it and save again', unreached: 'Not saved: connection lost. Your text is still here',
    tooLong: '{count} characters too long',
  },
};
