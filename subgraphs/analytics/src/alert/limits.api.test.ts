import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { MINUTE } from '@careline/kit/time';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';
import { endedClock, tellClocks } from '../testing/ended-clocks.ts';

const admin = agentIdentity({ role: 'admin' });
const supervisor = agentIdentity({ role: 'supervisor' });
let world: World;

beforeEach(async () => {
  world = await createTestWorld(createAnalytics);
  await world.runJobs();
  return () => world.close();
});

async function ask(document: string, variables: Record<string, unknown> = {}, viewer = admin): Promise<any> {
  const { data, errors } = await world.execute('analytics', document, variables, viewer, { locale: 'EN' });
  if (errors) throw new Error(errors.map((error) => `${String(error.extensions.code)} ${error.message}`).join('; '));
  return data;
}
const alerts = async (): Promise<any[]> => (await ask('{ alerts(first: 10) { nodes { threshold clearedAt text } } }')).alerts.nodes;
async function after(ms: number): Promise<void> {
  world.clock.advance(ms);
  await world.runJobs();
}
/** So many more first responses end at this moment. */
const end = (met: number, breached: number) => tellClocks(world, [
  ...Array.from({ length: met }, () => endedClock(world.clock.now())), ...Array.from({ length: breached }, () => endedClock(world.clock.now(), { state: 'BREACHED' })),
]);

describe('the limits of the warning', () => {
  const LIMITS = 'limits { threshold rearm sampleMin version savedBy { id } }';
  const save = async (input: object, viewer = admin) => (await ask(`mutation ($input: SaveAttainmentLimitsInput!) { saveAttainmentLimits(input: $input) { ${LIMITS} userErrors { code field } } }`, { input: { threshold: 0.9, rearm: 0.92, sampleMin: 10, ...input } }, viewer)).saveAttainmentLimits;
  const read = async (viewer = admin) => (await ask('{ attainmentLimits { threshold rearm sampleMin version savedBy { id } } }', {}, viewer)).attainmentLimits;

  it('are 95.0 %, 95.5 % and 20 until somebody saves others; each saving is a version that is told and audited', async () => {
    expect(await read(supervisor)).toEqual({ threshold: 0.95, rearm: 0.955, sampleMin: 20, version: 1, savedBy: null });
    const saved = { threshold: 0.9, rearm: 0.92, sampleMin: 10, version: 2, savedBy: { id: admin.agentId } };
    expect(await save({ expectedVersion: 1 })).toEqual({ limits: saved, userErrors: [] });
    expect(await save({})).toEqual({ limits: saved, userErrors: [] });
    expect(await save({ threshold: 0.8, expectedVersion: 1 })).toMatchObject({ limits: saved, userErrors: [{ code: 'STALE_VERSION', field: ['expectedVersion'] }] });
    const db = await world.database('analytics');
    const told = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox ORDER BY id')).map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope));
    expect(told.filter(({ type }) => type === 'attainment.limits_saved').map(({ data }) => data)).toEqual([{ version: 2, thresholdPerMille: 900, rearmPerMille: 920, sampleMin: 10 }]);
    await world.drainEvents();
    expect(await db.query("SELECT COUNT(*) AS count FROM audit_entries WHERE verb = 'alert:write'")).toEqual([{ count: 1 }]);
  });

  it('decide from the next look on', async () => {
    await end(9, 1);
    await save({});
    await after(MINUTE);
    expect((await alerts())).toEqual([]);
    await end(0, 1);
    await after(MINUTE);
    expect((await alerts())).toEqual([expect.objectContaining({ threshold: 0.9, clearedAt: null, text: expect.stringContaining('below 90.0%') })]);
    await save({ threshold: 0.5, rearm: 0.6 });
    await after(MINUTE);
    expect((await alerts())).toEqual([expect.objectContaining({ threshold: 0.9, clearedAt: new Date(world.clock.now()).toISOString() })]);
  });

  it.each([
    ['a limit under a half', { threshold: 0.499 }, 'threshold'], ['a limit over all', { threshold: 1.001, rearm: 1.001 }, 'threshold'], ['an all-clear below the limit', { rearm: 0.899 }, 'rearm'],
    ['no sample', { sampleMin: 0 }, 'sampleMin'], ['a sample that no day reaches', { sampleMin: 10_001 }, 'sampleMin'],
  ])('refuse %s', async (_name, changes, field) => {
    expect((await save(changes)).userErrors[0]).toMatchObject({ code: 'OUT_OF_RANGE', field: [field] });
    expect((await read()).version).toBe(1);
  });

  it('are changed by administrators alone', async () => {
    await expect(save({}, supervisor)).rejects.toThrow('FORBIDDEN');
  });
});
