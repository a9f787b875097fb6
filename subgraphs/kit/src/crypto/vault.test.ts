import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { createKeyring, createVault, dataKeyOf } from './index.ts';

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
