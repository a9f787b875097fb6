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

it('another team\'s view is told of for as long as it is on screen', async () => {
  const asked: (string | null)[] = [];
  let say = (_event: object): void => {};
  let find = (_node: object | null): void => {};
  provideCareline({
    api: { query: () => new Promise((resolve) => { find = (node) => resolve({ node, conversations: { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } } }); }) },
    socket: { subscribe: (_document: string, { viewId }: { viewId: string | null }, _pick: unknown, sink: { next(event: object): void }) => {
      asked.push(viewId);
      say = (event) => sink.next(event);
      return () => {};
    } },
    session: { renew: async () => true },
  } as unknown as Careline);
  const inbox = useInbox();
  inbox.start();
  const looking = inbox.visit('viw_far');
  expect(inbox.soughtId).toBe('viw_far');
  find({ __typename: 'ConversationView', id: 'viw_far', name: 'far', sharing: 'TEAM', count: 0, version: 1 });
  await looking;
  expect([asked, inbox.soughtId, inbox.shown.map(({ id }) => id)]).toEqual([[null, 'viw_far'], null, ['viw_far']]);
  inbox.listOf('viw_far');
  say({ __typename: 'InboxConversationChanged', seq: 1, previousSeq: 0, conversation: row('new'), viewIds: ['viw_far'] });
  say({ __typename: 'InboxCountersChanged', seq: 1, views: [{ id: 'viw_far', name: 'far', sharing: 'TEAM', count: 1, version: 1 }], removedViewIds: [] });
  await vi.waitFor(() => expect([[...inbox.listOf('viw_far').ids], inbox.shown[0]?.count, inbox.views]).toEqual([['new'], 1, []]));
  await inbox.visit(null);
  expect([asked.at(-1), inbox.shown, inbox.lists.has('viw_far')]).toEqual([null, [], false]);
  inbox.stop();
});

it('a view that is not there is looked for once, and the last one looked for counts', async () => {
  const finds: ((node: object | null) => void)[] = [];
  provideCareline({
    api: { query: () => new Promise((resolve) => { finds.push((node) => resolve({ node })); }) },
    socket: { subscribe: () => () => {} }, session: { renew: async () => true },
  } as unknown as Careline);
  const inbox = useInbox();
  const [first, second] = [inbox.visit('viw_1'), inbox.visit('viw_2')];
  finds[1]!(null);
  finds[0]!({ __typename: 'ConversationView', id: 'viw_1', version: 1 });
  await Promise.all([first, second]);
  expect([inbox.soughtId, inbox.shown]).toEqual([null, []]);
});
