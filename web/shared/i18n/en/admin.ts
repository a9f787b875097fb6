export const admin = {
  page: { title: 'Admin', path: 'Where you are' },
  section: { policies: 'SLA policies', categories: 'Categories' },
  about: { policies: 'Response and resolution targets and escalations, tried before they count', categories: 'The tree of categories, and the fields each one asks for' },
};
