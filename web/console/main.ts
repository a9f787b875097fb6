import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '../shared/ui/css/index.css';
import { createApi } from '../shared/graphql/client.ts';
import { Session } from '../shared/graphql/session.ts';
import { LiveSocket } from '../shared/graphql/socket.ts';
import { currentLanguage, i18n } from '../shared/i18n/index.ts';
import { provideCareline } from '../shared/state/careline.ts';
import { useConnection } from '../shared/state/connection.ts';
import { useSession } from '../shared/state/session.ts';
import { useSettings } from '../shared/state/settings.ts';
import { resubscribeAll } from '../shared/state/streams.ts';
import App from './App.vue';
import { createConsoleRouter } from './router.ts';

const pinia = createPinia();
const app = createApp(App).use(pinia).use(i18n);
useSettings(pinia);

const session = new Session({
  endpoint: '/graphql',
  locale: currentLanguage,
  onChange: (state) => {
    const store = useSession(pinia);
    if (state === 'signedOut' && store.viewer) store.isExpired = true;
  },
});
const socket = new LiveSocket({
  url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
  token: () => session.token(),
  onState: (state) => useConnection(pinia).onSocketState(state),
});
provideCareline({ session, api: createApi({ endpoint: '/graphql', session, locale: currentLanguage }), socket });
window.addEventListener('online', resubscribeAll);
// A socket may outlive the network by minutes; without this the page would believe itself connected.
window.addEventListener('offline', () => socket.drop());

app.use(createConsoleRouter()).mount('#app');
