import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

// The page a developer sees at /graphql. Everything it needs is bundled: it works without internet.
const QUERY = `# Sign in, then put the accessToken into the field above:
# mutation { signIn(input: { name: "…", password: "…" }) { accessToken } }
query Me {
  viewer { kind serverTime }
}
`;
const KEPT = 'careline.graphiql.token';

const field = document.querySelector<HTMLInputElement>('#token')!;
field.value = sessionStorage.getItem(KEPT) ?? '';
field.addEventListener('input', () => sessionStorage.setItem(KEPT, field.value.trim()));

const credentials = (): Record<string, string> => (field.value.trim() ? { authorization: `Bearer ${field.value.trim()}` } : {});

const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  fetch: (input, init) => fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...credentials() } }),
  wsClient: createClient({ url: `${location.origin.replace(/^http/, 'ws')}/graphql`, connectionParams: credentials }),
});

createRoot(document.querySelector('#app')!).render(createElement(GraphiQL, { fetcher, defaultQuery: QUERY }));
