import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp, type App } from 'vue';
import { provideCareline, type Careline } from '../../../shared/state/careline.ts';
import { usePolicy } from './use-policy.ts';

const versionOf = (number: number) => ({ id: `slv_${number}`, number, state: 'DRAFT', yaml: `first_response: ${number}m\n`, dryRun: null });
let app: App | null = null;

/** The editor of a document whose newest version is `newest`, on an API that keeps what stands on the newest one only. */
async function edit(newest: { number: number }) {
  const api = {
    query: async () => ({ slaPolicyDocument: { id: 'sld_1', name: '支付优先', activeVersion: null, versions: { nodes: [versionOf(newest.number)] } } }),
    mutate: async (_document: unknown, { input }: { input: { baseVersion: number } }) => ({
      saveSlaPolicy: input.baseVersion === newest.number
        ? { document: { id: 'sld_1' }, version: versionOf(newest.number += 1), userErrors: [] }
        : { document: null, version: versionOf(newest.number), userErrors: [{ code: 'STALE_VERSION', field: null, message: '' }] },
    }),
  };
  provideCareline({ api } as unknown as Careline);
  let policy!: ReturnType<typeof usePolicy>;
  app = createApp({ setup() {
    policy = usePolicy(() => 'sld_1');
    return () => null;
  } });
  app.mount(document.createElement('div'));
  await expect.poll(() => policy.version.value).not.toBeNull();
  return policy;
}

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => {
  app?.unmount();
  app = null;
});

it('tells of a version that came meanwhile, also when the document is read again before the save', async () => {
  const newest = { number: 2 };
  const policy = await edit(newest);
  policy.text.value = 'first_response: 12m\n';
  newest.number = 3;
  await policy.refresh();
  expect(await policy.save(null)).toMatchObject({ kind: 'stale', newest: { number: 3 } });
  expect(policy.text.value).toBe('first_response: 12m\n');
  expect(await policy.save(null, 3)).toEqual({ kind: 'done' });
  expect(await policy.save(null)).toEqual({ kind: 'done' });
});
