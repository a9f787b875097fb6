export const admin = {
  page: { title: 'Admin', path: 'Where you are' },
  section: { policies: 'SLA policies', automation: 'Automation rules' },
  about: { policies: 'Response and resolution targets and escalations, tried before they count', automation: 'What happens by itself when tickets change or time passes, tried before it counts' },
};
