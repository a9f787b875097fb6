export const admin = {
  page: { title: 'Admin', path: 'Where you are' },
  section: { policies: 'SLA policies', routing: 'Routing rules', queues: 'Queues', hours: 'Business hours', channels: 'Channels' },
  about: { policies: 'Response and resolution targets and escalations, tried before they count', routing: 'Which conversation goes to which queue, tried before it counts', queues: 'Teams, skills, time to accept, overflow and opening hours', hours: 'Weekly intervals, holidays and make-up workdays', channels: 'Look, form, origins and embed code of the web widget' },
};
