export const channel = {
  page: { create: 'New channel', failed: 'The channels did not load', missing: 'There is no such channel', off: 'Switched off' },
  type: { WEB: 'Web', APP: 'App' },
  field: {
    name: 'Name', key: 'Key', keyHint: 'Lower-case letters, digits or hyphens; it stands in the embed code and never changes', kind: 'Kind', units: 'Capacity it takes', unitsHint: "Units of an agent's capacity that one conversation takes, 1 to 20", enabled: 'Takes conversations',
    origins: 'Pages that may embed it', originsHint: 'One exact origin a line, such as https://shop.example; in production, none means only our own pages', look: 'Look', locale: 'Default language', accent: 'Accent colour', accentHint: 'White text must be readable on it', accentPick: 'Choose the accent colour', later: 'Title, greeting and form can be changed once it is there.',
    titleZh: 'Title (Chinese)', titleEn: 'Title (English)', greetingZh: 'Greeting (Chinese)', greetingEn: 'Greeting (English)',
  },
  kind: { TEXT: 'One line', PARAGRAPH: 'Several lines', PHONE: 'Phone number', EMAIL: 'Mail address', CHOICE: 'Choice', CHECK: 'Check box' },
  form: {
    title: 'Form before the conversation', text: 'Asked before the first message; routing rules can look at the answers.', field: 'Field {number}', labelZh: 'Field {number}, label in Chinese', labelEn: 'Field {number}, label in English', zh: 'Chinese', en: 'English', key: 'Field {number}, key', keyShort: 'Key', kind: 'Field {number}, kind', required: 'Required',
    up: 'Move field {number} up', down: 'Move field {number} down', remove: 'Remove field {number}', choiceZh: 'Choice {number} in Chinese', choiceEn: 'Choice {number} in English', choiceValue: 'Choice {number}, value', value: 'Value', removeChoice: 'Remove choice {number}', addChoice: 'Add a choice', none: 'Nothing is asked.', add: 'Add a field',
  },
  embed: {
    title: 'Embed code', text: 'Put it before </body> of the page.', copy: 'Copy', copied: 'Copied', notCopied: 'It could not be copied: select it by hand.', secretTitle: 'Identity secret', secretText: 'Your server signs HS256 tokens with it to prove who a visitor is; it is shown once, when it is made.',
    once: 'Keep it now; it cannot be seen again:', renew: 'Renew the secret', renewConfirm: 'Tokens signed with the old secret are refused at once. Renew it?',
  },
  test: { title: 'Test', text: 'Looks at the switch, the pages, the secret and who would answer; nothing reaches customers.', run: 'Test the channel' },
};
