export const admin = {
  page: { title: 'Admin', path: 'Where you are' },
  section: { policies: 'SLA policies' },
  about: { policies: 'Response and resolution targets and escalations, tried before they count' },
};
