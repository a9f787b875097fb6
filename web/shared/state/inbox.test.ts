import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { provideCareline, type Careline } from './careline.ts';
import { useInbox } from './inbox.ts';

const row = (id: string) => ({ id, number: id, version: 1, lastSeq: 1 });

/** A server whose answer to the page of a view is given by hand, and whose stream speaks when told to. */
function server() {
  let answer = (_ids: readonly string[]): void => {};
  let say = (_event: object): void => {};
  provideCareline({
    api: { query: () => new Promise((resolve) => { answer = (ids) => resolve({ conversations: { nodes: ids.map(row), pageInfo: { endCursor: null, hasNextPage: false } } }); }) },
    socket: { subscribe: (_document: string, _variables: object, _pick: unknown, sink: { next(event: object): void }) => { say = (event) => sink.next(event); return () => {}; } },
    session: { renew: async () => true },
  } as unknown as Careline);
  return { answer: (ids: readonly string[]) => answer(ids), say: (event: object) => say(event) };
}

beforeEach(() => { setActivePinia(createPinia()); });

it('a page that was read before a conversation came or went does not undo it', async () => {
  const { answer, say } = server();
  const inbox = useInbox();
  inbox.start();
  const loading = inbox.load('viw_1');
  say({ __typename: 'InboxConversationChanged', seq: 1, previousSeq: 0, conversation: row('new'), viewIds: ['viw_1'] });
  say({ __typename: 'InboxConversationRemoved', seq: 2, previousSeq: 1, conversationId: 'gone' });
  answer(['old', 'gone']);
  await loading;
  await vi.waitFor(() => expect([...inbox.listOf('viw_1').ids].sort()).toEqual(['new', 'old']));
  inbox.stop();
});
