export const category = {
  tree: { label: 'Tree of categories', retired: 'Show retired', create: 'New category', below: 'New one below', isRetired: 'Retired', fields: '{count} fields', up: 'Move up', down: 'Move down', failed: 'The categories could not be loaded', offline: 'Connection lost. You can save once you are back online.' },
  edit: {
    label: 'Edit category', create: 'New category', under: 'Below {name}', nameZh: 'Chinese name', nameEn: 'English name', key: 'Key', keyHint: 'Capitals, digits, underscores; never changes', retire: 'Retire', retireHint: 'It can no longer be chosen; tickets that have it keep it', offer: 'Offer again',
    choose: 'Choose a category', chooseText: 'Or make a new one.', save: 'Save', unsaved: 'Not saved', discard: 'Discard changes', saved: 'Saved {name}', stale: 'Somebody has just changed this category. It was loaded anew, please change it again.', unreached: 'Not saved: connection lost', required: 'Needed',
  },
  form: {
    title: 'Fields of its tickets', hint: 'New tickets and the ticket page show them in this order. A ticket cannot be solved while a field marked as needed is empty.', none: 'This category has no fields yet.', add: 'Add a field', titleZh: 'Name in Chinese', titleEn: 'Name in English', key: 'Key', keyHint: 'Small letters, digits, underscores', kind: 'Kind', isRequired: 'Needed before solving',
    options: 'Values to choose from, one a line', maxLength: 'Characters at most', minimum: 'At least', maximum: 'At most', remove: 'Remove field {title}', up: 'Move {title} up', down: 'Move {title} down', field: 'Field {place}', badKey: 'Begins with a small letter; small letters, digits, underscores', sameKey: 'This key is taken', fewOptions: 'Give at least two different values', badNumber: 'A number is expected', keyGone: 'With another key, what tickets hold does not come along', noName: 'Give it a name',
  },
  kind: { text: 'One line of text', lines: 'Several lines', choice: 'One of a list', choices: 'Some of a list', number: 'Number', integer: 'Whole number', boolean: 'Yes or no', date: 'Date', email: 'E-mail', uri: 'Link' },
};
