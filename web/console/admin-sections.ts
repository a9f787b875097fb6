import type { IconName } from '../shared/ui/icons.ts';

export interface AdminSection {
  /** Name of its route; its words are `admin.section.<name>` and `admin.about.<name>`, its command `go.<name>`. */
  name: string;
  path: string;
  icon: IconName;
  /** Any one of them lists it; the page itself may show more people what it holds. */
  permissions: readonly string[];
  /** Holds what is everybody's own, too: who may do no more than that reaches it from where it is used. */
  isPersonal?: boolean;
  /** Holds only what people share: a grant for what is one's own does not list it. */
  isShared?: boolean;
}

/** What an administrator can open, in the order of the overview. Rail, palette and overview read this list. */
export const ADMIN_SECTIONS: readonly AdminSection[] = [
  { name: 'policies', path: '/admin/sla_policies', icon: 'list-checks', permissions: ['sla:write', 'sla:activate'] },
  { name: 'canned', path: '/admin/canned', icon: 'slash', permissions: ['macro:write'], isPersonal: true },
  { name: 'macros', path: '/admin/macros', icon: 'zap', permissions: ['macro:write'], isPersonal: true },
  { name: 'categories', path: '/admin/categories', icon: 'list-filter', permissions: ['category:write'] },
  { name: 'tags', path: '/admin/tags', icon: 'tag', permissions: ['ticket:bulk'], isPersonal: true },
  { name: 'views', path: '/admin/views', icon: 'star', permissions: ['view:write'], isShared: true },
  { name: 'automation', path: '/admin/automation', icon: 'workflow', permissions: ['automation:write'] },
  { name: 'routing', path: '/admin/routing', icon: 'route', permissions: ['routing:write'] },
  { name: 'queues', path: '/admin/queues', icon: 'users', permissions: ['queue:write'] },
  { name: 'hours', path: '/admin/business_hours', icon: 'clock', permissions: ['sla:write'] },
  { name: 'channels', path: '/admin/channels', icon: 'globe', permissions: ['channel:write'] },
  { name: 'recipients', path: '/admin/alerts', icon: 'bell', permissions: ['alert:write'] },
];

type May = (permission: string) => boolean;
type ScopeOf = (permission: string) => string | null;

/** Whether a section is there for somebody with these permissions. */
export function isOpen({ permissions, isShared }: AdminSection, may: May, scopeOf: ScopeOf): boolean {
  return permissions.some((permission) => may(permission) && (!isShared || scopeOf(permission) !== 'OWN'));
}

/** The sections somebody with these permissions may open. */
export function openSections(may: May, scopeOf: ScopeOf): AdminSection[] {
  return ADMIN_SECTIONS.filter((section) => isOpen(section, may, scopeOf));
}

/** Whether administration is a place of its own for somebody: there is more to open than what is everybody's own. */
export function isAdministering(may: May, scopeOf: ScopeOf): boolean {
  return openSections(may, scopeOf).some(({ isPersonal, permissions }) => !isPersonal || permissions.some((permission) => may(permission) && scopeOf(permission) !== 'OWN'));
}
