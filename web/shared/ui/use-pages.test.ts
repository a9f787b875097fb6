import { nextTick, ref } from 'vue';
import { expect, it } from 'vitest';
import { usePages } from './use-pages.ts';

const page = (names: string[], endCursor: string | null = null) => ({ nodes: names, pageInfo: { endCursor, hasNextPage: endCursor !== null } });

/** A list whose pages come when the test lets them come, in any order. */
function asked() {
  const waiting: Array<{ after: string | null; come(given: ReturnType<typeof page>): Promise<void>; fail(): Promise<void> }> = [];
  const read = (after: string | null) => new Promise<ReturnType<typeof page>>((resolve, reject) => {
    waiting.push({ after, come: async (given) => { resolve(given); await nextTick(); }, fail: async () => { reject(new Error('cut')); await nextTick(); } });
  });
  return { waiting, read };
}

it('goes on after the last page and says when there is no more', async () => {
  const { waiting, read } = asked();
  const { nodes, isMore, begin, more } = usePages(read);
  void begin();
  await waiting[0]!.come(page(['a', 'b'], 'b'));
  expect([nodes.value, isMore.value]).toEqual([['a', 'b'], true]);
  void more();
  await waiting[1]!.come(page(['c']));
  expect(waiting.map(({ after }) => after)).toEqual([null, 'b']);
  expect([nodes.value, isMore.value]).toEqual([['a', 'b', 'c'], false]);
});

it('keeps what has come when the next page does not, and asks for the same again', async () => {
  const { waiting, read } = asked();
  const { nodes, isMore, isLoaded, error, begin, more } = usePages(read);
  void begin();
  await waiting[0]!.come(page(['a'], 'a'));
  void more();
  await waiting[1]!.fail();
  expect([nodes.value, isMore.value, isLoaded.value, error.value?.code]).toEqual([['a'], true, true, 'NETWORK']);
  void more();
  expect(error.value).toBeNull();
  await waiting[2]!.come(page(['b']));
  expect(waiting[2]!.after).toBe('a');
  expect(nodes.value).toEqual(['a', 'b']);
});

it('is read anew when it is the list of another, and passes over what was asked for the one before', async () => {
  const { waiting, read } = asked();
  const run = ref('one');
  const { nodes } = usePages(read, () => run.value);
  expect(waiting).toHaveLength(1);
  run.value = 'two';
  await nextTick();
  await waiting[1]!.come(page(['of two']));
  await waiting[0]!.come(page(['of one']));
  expect(nodes.value).toEqual(['of two']);
});
