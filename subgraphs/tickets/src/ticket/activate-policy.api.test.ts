import { HOUR, SECOND } from '@careline/kit/time';
import { newId } from '@careline/kit/db';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeEach(async () => void (desk = await openTicketDesk()));
afterEach(() => desk.world.close());

const standing = async () => (await desk.ask('{ slaPolicyDocuments(first: 10) { nodes { id name activeVersion { id number yaml } } } }')).slaPolicyDocuments.nodes.find(({ name }: any) => name === '默认策略');
const activate = (versionId: string, scope: string, more: object = {}) => desk.tell('activateSlaPolicy', { versionId, scope, idempotencyKey: randomUUID(), ...more }, 'version { id state }');
const firstResponse = async (id: string) => (await desk.ask('query ($id: ID!) { ticket(id: $id) { firstResponseClock { budgetSeconds policyVersion } } }', { id })).ticket.firstResponseClock;

/** Another version of the standing document, dry-run, in which P1 has ten minutes. */
async function shorterVersion(): Promise<{ before: string; versionId: string; documentId: string }> {
  const document = await standing();
  const yaml = document.activeVersion.yaml.replace('first_response: 1h', 'first_response: 10m');
  const { version } = await desk.tell('saveSlaPolicy', { documentId: document.id, content: { yaml } }, 'version { id }');
  await desk.tell('dryRunSlaPolicy', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id }');
  await desk.after(SECOND);
  return { before: document.activeVersion.id, versionId: version.id, documentId: document.id };
}

describe('a version', () => {
  it('that was rolled back stays out of force, although open tickets were still to be counted by it', async () => {
    const { before, versionId } = await shorterVersion();
    expect((await activate(versionId, 'RETARGET_OPEN')).version.state).toBe('ACTIVE');
    expect((await activate(before, 'NEW_ONLY')).version.state).toBe('ACTIVE');
    await desk.after(SECOND);
    await desk.after(SECOND);
    expect((await standing()).activeVersion.id).toBe(before);
  });

  it('that is in force and planned once more is not counted by before its moment', async () => {
    const { before } = await shorterVersion();
    const { id } = await desk.create({ priority: 'P1' });
    const db = await desk.world.database('tickets');
    await db.execute("UPDATE sla_clocks SET terms = JSON_SET(terms, '$.place', 0)");
    await db.execute("UPDATE ticket_entries SET terms = JSON_SET(terms, '$.ref.place', 0) WHERE kind = 'CREATED'");
    await activate(before, 'RETARGET_OPEN', { activateAt: new Date(desk.world.clock.now() + HOUR).toISOString() });
    const entries = async () => (await desk.read(id)).entries.nodes.length;
    const count = await entries();
    await desk.after(SECOND);
    expect(await entries()).toBe(count);
    await desk.after(HOUR);
    expect(await entries()).toBeGreaterThan(count);
  });

  it('planned by a call that is repeated after its moment gives the first result', async () => {
    const { versionId } = await shorterVersion();
    const call = { activateAt: new Date(desk.world.clock.now() + HOUR).toISOString(), idempotencyKey: randomUUID() };
    expect((await activate(versionId, 'NEW_ONLY', call)).version.state).toBe('SCHEDULED');
    await desk.after(2 * HOUR);
    expect(await activate(versionId, 'NEW_ONLY', call)).toEqual({ version: { id: versionId, state: 'ACTIVE' }, userErrors: [] });
  });

  it('counts all open tickets anew although one of them cannot be read', async () => {
    const broken = await desk.create({ priority: 'P1' });
    const { id } = await desk.create({ priority: 'P1' });
    const { versionId } = await shorterVersion();
    const db = await desk.world.database('tickets');
    await db.execute("UPDATE ticket_entries SET terms = JSON_SET(terms, '$.ref.versionId', ?) WHERE kind = 'CREATED' ORDER BY id LIMIT 1", [newId('slv')]);
    await activate(versionId, 'RETARGET_OPEN');
    await desk.after(SECOND);
    expect(await firstResponse(id)).toMatchObject({ budgetSeconds: 600 });
    expect(broken.id).not.toBe(id);
  });

  it('waits for a ticket that was promised the one before, and then counts it anew', async () => {
    const { versionId } = await shorterVersion();
    const db = await desk.world.database('tickets');
    const activated = await db.withConnection(async (other) => {
      // As far as a ticket goes before it is stored: what it is promised is chosen and held.
      await other.query('START TRANSACTION');
      await other.query("SELECT next_value FROM counters WHERE name = 'sla_terms' LOCK IN SHARE MODE");
      let isDone = false;
      const activation = activate(versionId, 'RETARGET_OPEN').finally(() => (isDone = true));
      // The engine looks at its list of transactions anew only every 100 ms.
      await expect.poll(async () => (await other.query("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%noteInForce%'")).length, { interval: 250 }).toBe(1);
      expect(isDone).toBe(false);
      await other.query('COMMIT');
      return activation;
    });
    expect(activated.version.state).toBe('ACTIVE');
    const { id } = await desk.create({ priority: 'P1' });
    expect(await firstResponse(id)).toMatchObject({ budgetSeconds: 600 });
  });

  it('too large to be read is not kept', async () => {
    const { documentId } = await shorterVersion();
    const refused = await desk.tell('saveSlaPolicy', { documentId, content: { yaml: `priority: P0\nfirst_response: 15m\n#${'x'.repeat(100_000)}` } }, 'version { id }');
    expect(refused.userErrors[0]).toMatchObject({ code: 'TOO_LONG', field: ['content', 'yaml'] });
  });
});

describe('business hours', () => {
  const ALL_DAY = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const DAYTIME = ALL_DAY.map((day) => ({ ...day, from: '09:00', to: '18:00' }));

  it('that are corrected change the hours of open tickets alone, never the policy they began under', async () => {
    const key = 'daytime';
    const save = (more: object) => desk.tell('saveBusinessHours', { name: '白天', timeZone: 'Asia/Shanghai', specialDays: [], scope: 'NEW_ONLY', ...more }, 'businessHours { id version } affectedClockCount');
    const { businessHours } = await save({ key, intervals: ALL_DAY });
    const document = await standing();
    const yamlOf = (span: string) => `priority: P1\nfirst_response: ${span}\nbusiness_hours: ${key}\n`;
    const put = async (yaml: string) => {
      const { version } = await desk.tell('saveSlaPolicy', { documentId: document.id, content: { yaml } }, 'version { id }');
      await desk.tell('dryRunSlaPolicy', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id }');
      await desk.after(SECOND);
      await activate(version.id, 'NEW_ONLY');
    };
    await put(yamlOf('20h'));
    const { id } = await desk.create({ priority: 'P1' });
    const dueAt = async () => (await desk.ask('query ($id: ID!) { ticket(id: $id) { firstResponseClock { dueAt } } }', { id })).ticket.firstResponseClock.dueAt;
    const before = { ...await firstResponse(id), dueAt: await dueAt() };
    await put(yamlOf('2h'));
    expect((await save({ businessHoursId: businessHours.id, intervals: DAYTIME, scope: 'RETARGET_OPEN' })).affectedClockCount).toBe(1);
    await desk.after(SECOND);
    expect(await firstResponse(id)).toEqual({ budgetSeconds: before.budgetSeconds, policyVersion: before.policyVersion });
    expect(await dueAt() > before.dueAt).toBe(true);
  });
});
