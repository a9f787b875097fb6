import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, testLogger } from '../testing/index.ts';
import { createKeyring, createVault, dataKeyOf, rewrapKeys } from './index.ts';

let db: Awaited<ReturnType<typeof createTestDatabase>>;
const keyring = createKeyring({});
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const vault = () => createVault({ keyring, db });

describe('a data key', () => {
  const key = dataKeyOf(keyring.secret('staff'));
  const cell = key.seal('messages|body|1', '你好 👋');

  it('opens what it sealed, text and bytes, and never seals the same way twice', () => {
    expect(key.open('messages|body|1', cell)).toBe('你好 👋');
    expect(key.openBytes('a|b|c', key.seal('a|b|c', Buffer.from([0, 255])))).toEqual(Buffer.from([0, 255]));
    expect(key.seal('messages|body|1', '你好 👋')).not.toEqual(cell);
    expect(cell.length).toBe(Buffer.byteLength('你好 👋') + 33);
  });

  it.each([
    ['another row', 'messages|body|2'],
    ['another column', 'messages|note|1'],
    ['another table', 'drafts|body|1'],
  ])('does not open a cell that was moved to %s', (_name, place) => expect(() => key.open(place, cell)).toThrow());

  it('does not open a cell of which one bit was turned, that was cut, or that another key sealed', () => {
    for (const at of [0, 2, 8, 20, cell.length - 1]) {
      const turned = Buffer.from(cell);
      turned[at]! ^= 1;
      expect(() => key.open('messages|body|1', turned)).toThrow();
    }
    expect(() => key.open('messages|body|1', cell.subarray(0, 20))).toThrow('not a sealed cell');
    expect(() => dataKeyOf(keyring.secret('audit')).open('messages|body|1', cell)).toThrow('another key');
  });
});

describe('the vault', () => {
  it('makes one key per owner, also when two ask first at the same moment', async () => {
    const keys = await Promise.all([vault(), vault()].map((one) => db.transaction((tx) => one.keyFor(tx, 'cus_race'))));
    expect(keys[1]!.open('p', keys[0]!.seal('p', 'same'))).toBe('same');
  });

  it('keeps no key of a transaction that was rolled back', async () => {
    const one = vault();
    let lost: ReturnType<typeof dataKeyOf> | undefined;
    await db.transaction(async (tx) => {
      lost = await one.keyFor(tx, 'cus_rolled');
      throw new Error('no');
    }).catch(() => undefined);
    const kept = await db.transaction((tx) => one.keyFor(tx, 'cus_rolled'));
    expect(() => kept.open('p', lost!.seal('p', 'x'))).toThrow();
    expect((await vault().keysOf(db, ['cus_rolled'])).get('cus_rolled')!.open('p', kept.seal('p', 'x'))).toBe('x');
  });

  it('destroys a key for good: absent from look-ups, refused for new cells, blank in the table', async () => {
    const one = vault();
    await db.transaction((tx) => one.keyFor(tx, 'cus_gone'));
    await db.transaction((tx) => one.destroy(tx, 'cus_gone'));
    for (const look of [one, vault()]) {
      expect((await look.keysOf(db, ['cus_gone', 'cus_never'])).size).toBe(0);
      await expect(db.transaction((tx) => look.keyFor(tx, 'cus_gone'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await db.query("SELECT wrapped, destroyed_at IS NOT NULL AS isDestroyed FROM data_keys WHERE owner_id = 'cus_gone'")).toEqual([{ wrapped: null, isDestroyed: 1 }]);
  });

  it('also bars owners that never had a key', async () => {
    await db.transaction((tx) => vault().destroy(tx, 'cus_early'));
    await expect(db.transaction((tx) => vault().keyFor(tx, 'cus_early'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does not open a wrapped key that was moved to another owner', async () => {
    await db.transaction((tx) => vault().keyFor(tx, 'cus_a'));
    await db.execute("INSERT INTO data_keys SELECT 'cus_b', kek_id, wrapped, created_at, destroyed_at FROM data_keys WHERE owner_id = 'cus_a'");
    await expect(vault().keysOf(db, ['cus_b'])).rejects.toThrow();
  });
});

describe('keys whose wrapping key was exchanged', () => {
  const ring = (active: number, keys: Record<number, number>) => JSON.stringify({
    root: Buffer.alloc(32, 1).toString('base64'), active, keys: Object.fromEntries(Object.entries(keys).map(([id, byte]) => [id, Buffer.alloc(32, byte).toString('base64')])),
  });
  const [old, both, without] = [createKeyring({ env: ring(1, { 1: 7 }) }), createKeyring({ env: ring(2, { 1: 7, 2: 8 }) }), createKeyring({ env: ring(2, { 2: 8 }) })];
  const log = testLogger();

  it('are wrapped anew, once, so that the old one may go; what they sealed and what was erased stays as it is', async () => {
    await db.execute('DELETE FROM data_keys');
    const owners = Array.from({ length: 1_201 }, (_, index) => `cus_${String(index).padStart(5, '0')}`);
    const cell = await db.transaction(async (tx) => {
      const before = createVault({ keyring: old, db });
      for (const owner of owners) await before.keyFor(tx, owner);
      await before.destroy(tx, owners[7]!);
      return (await before.keyFor(tx, owners[0]!)).seal('messages|body|1', '你好');
    });
    expect(await rewrapKeys({ db, keyring: both, log })).toBe(1_200);
    expect(await rewrapKeys({ db, keyring: both, log })).toBe(0);
    const keys = await createVault({ keyring: without, db }).keysOf(db, [owners[0]!, owners[7]!, owners[1_200]!]);
    expect([keys.get(owners[0]!)!.open('messages|body|1', cell), keys.has(owners[7]!), keys.has(owners[1_200]!)]).toEqual(['你好', false, true]);
  });

  it('are left as they are, and the others go on, when the ring lacks the key of one', async () => {
    await db.execute('DELETE FROM data_keys');
    await db.transaction(async (tx) => void (await createVault({ keyring: old, db }).keyFor(tx, 'cus_a')));
    await db.transaction(async (tx) => void (await createVault({ keyring: createKeyring({ env: ring(3, { 3: 9 }) }), db }).keyFor(tx, 'cus_b')));
    expect(await rewrapKeys({ db, keyring: both, log })).toBe(1);
    expect(await db.query('SELECT kek_id AS kek FROM data_keys ORDER BY owner_id')).toEqual([{ kek: 2 }, { kek: 3 }]);
  });
});
