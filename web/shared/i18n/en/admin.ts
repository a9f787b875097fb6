export const admin = {
  page: { title: 'Admin', path: 'Where you are' },
  section: { policies: 'SLA policies', recipients: 'Warning recipients' },
  about: { policies: 'Response and resolution targets and escalations, tried before they count', recipients: 'Who is told by mail and webhook when attainment falls below the target' },
};
