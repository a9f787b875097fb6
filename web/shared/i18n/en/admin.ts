export const admin = {
  page: { title: 'Admin', path: 'Where you are' },
  section: { policies: 'SLA policies', canned: 'Canned replies', macros: 'Macros', categories: 'Categories', automation: 'Automation rules', routing: 'Routing rules', queues: 'Queues', hours: 'Business hours', channels: 'Channels' },
  about: { policies: 'Response and resolution targets and escalations, tried before they count', canned: 'Texts to put into a reply, with variables', macros: 'Several steps with one key: all of them or none', categories: 'The tree of categories, and the fields each one asks for', automation: 'What happens by itself when tickets change or time passes, tried before it counts', routing: 'Which conversation goes to which queue, tried before it counts', queues: 'Teams, skills, time to accept, overflow and opening hours', hours: 'Weekly intervals, holidays and make-up workdays', channels: 'Look, form, origins and embed code of the web widget' },
};
