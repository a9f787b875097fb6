import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import { useCareline } from '../shared/state/careline.ts';
import { useSession } from '../shared/state/session.ts';
import { startWork } from '../shared/state/work.ts';

/** The console's addresses. Pages behind the sign-in load their code when they are first opened. */
export function createConsoleRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', redirect: '/inbox' },
      { path: '/login', name: 'login', meta: { isOpen: true }, component: () => import('./features/agent/SignInPage.vue') },
      { path: '/setup', name: 'setup', meta: { isOpen: true }, component: () => import('./features/agent/SetUpPage.vue') },
      { path: '/set-password', name: 'set-password', meta: { isOpen: true }, component: () => import('./features/agent/SetPasswordPage.vue') },
      { path: '/inbox/:view?/:id?', name: 'inbox', component: () => import('./pages/InboxPage.vue') },
      { path: '/tickets', name: 'tickets', meta: { place: 'tickets' }, component: () => import('./features/ticket/TicketsPage.vue') },
      { path: '/tickets/:number', name: 'ticket', meta: { place: 'tickets' }, component: () => import('./features/ticket/TicketPage.vue') },
      { path: '/wallboard/sla', name: 'board', meta: { isWhole: true }, component: () => import('./features/sla/WallboardPage.vue') },
      { path: '/alerts/:id?', name: 'alerts', component: () => import('./features/alert/AlertsPage.vue') },
      { path: '/admin', name: 'admin', component: () => import('./pages/AdminPage.vue') },
      { path: '/admin/sla_policies/:document?', name: 'policies', meta: { place: 'admin' }, component: () => import('./features/sla/PolicyPage.vue') },
      { path: '/admin/canned', name: 'canned', meta: { place: 'admin' }, component: () => import('./features/macro/CannedPage.vue') },
      { path: '/admin/macros', name: 'macros', meta: { place: 'admin' }, component: () => import('./features/macro/MacrosPage.vue') },
      { path: '/admin/categories', name: 'categories', meta: { place: 'admin' }, component: () => import('./features/category/CategoriesPage.vue') },
      { path: '/admin/tags', name: 'tags', meta: { place: 'admin' }, component: () => import('./features/ticket/TagsPage.vue') },
      { path: '/admin/views', name: 'views', meta: { place: 'admin' }, component: () => import('./features/view/ViewsPage.vue') },
      { path: '/admin/automation', name: 'automation', meta: { place: 'admin' }, component: () => import('./features/automation/RulesPage.vue') },
      { path: '/admin/automation/:rule', name: 'rule', meta: { place: 'admin' }, component: () => import('./features/automation/RulePage.vue') },
      { path: '/admin/routing', name: 'routing', meta: { place: 'admin' }, component: () => import('./features/routing/RoutingPage.vue') },
      { path: '/admin/queues/:queue?', name: 'queues', meta: { place: 'admin' }, component: () => import('./features/routing/QueuesPage.vue') },
      { path: '/admin/business_hours/:hours?', name: 'hours', meta: { place: 'admin' }, component: () => import('./features/hours/HoursPage.vue') },
      { path: '/admin/channels/:channel?', name: 'channels', meta: { place: 'admin' }, component: () => import('./features/channel/ChannelsPage.vue') },
      { path: '/admin/alerts', name: 'recipients', meta: { place: 'admin' }, component: () => import('./features/alert/RecipientsPage.vue') },
      { path: '/settings/me', name: 'settings', component: () => import('./features/agent/SettingsPage.vue') },
      { path: '/unreached', name: 'unreached', meta: { isOpen: true }, component: () => import('./pages/UnreachedPage.vue') },
      { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./pages/NowherePage.vue') },
    ],
  });
  router.beforeEach(admit);
  return router;
}

/** Lets only signed-in agents past, and brings them back to where they wanted to go. Who cannot be asked for now is not signed out. */
async function admit(to: RouteLocationNormalized) {
  if (to.meta['isOpen']) return true;
  const { session } = useCareline();
  const store = useSession();
  try {
    if (session.state === 'unknown') await session.renew();
    if (session.state === 'signedIn' && !store.viewer) await startWork();
  } catch {
    if (!store.viewer) return { name: 'unreached', query: { next: to.fullPath } };
  }
  return store.viewer ? true : { name: 'login', query: { next: to.fullPath } };
}
