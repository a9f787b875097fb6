import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeyring } from '../crypto/index.ts';
import { idToBinary, newId } from '../db/index.ts';
import { createTestDatabase } from '../testing/index.ts';
import { FIRST_PLACE, packTokens, readWanted, wordIndex } from './index.ts';

const ring = createKeyring({});
const index = wordIndex('trial');
let db: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  await db.execute('DROP TABLE IF EXISTS trial_words, trial_postings');
  await db.execute(`CREATE TABLE trial_words (place BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, owner_id BINARY(16) NOT NULL, seq INT UNSIGNED NOT NULL,
    is_sorted TINYINT NOT NULL, tokens MEDIUMBLOB NOT NULL, UNIQUE KEY (owner_id, seq), KEY (is_sorted, place)) AUTO_INCREMENT=${FIRST_PLACE}`);
  await db.execute('CREATE TABLE trial_postings (token INT UNSIGNED NOT NULL, block INT UNSIGNED NOT NULL, places MEDIUMBLOB NOT NULL, PRIMARY KEY (token, block))');
});
afterAll(() => db.drop());

const store = (texts: readonly string[], ownerId = newId('cnv')) =>
  db.transaction((tx) => index.insert(tx, texts.map((text, seq) => ({ ownerId: idToBinary(ownerId), seq, tokens: packTokens(ring, text) })))).then(() => ownerId);

async function found(query: string, { isRising = false, from = null as number | null } = {}): Promise<number[]> {
  const places: number[] = [];
  for await (const some of index.walk(db, { tokens: readWanted(ring, query).tokens, from, isRising })) places.push(...some);
  return places;
}

describe('the word index', () => {
  it('finds a text from the moment it is stored, sorted in or not, newest first', async () => {
    await store(['我要退款', '你好', '退款失败']);
    const before = await found('退款');
    expect(before).toHaveLength(2);
    expect(before).toEqual(before.toSorted((one, other) => other - one));
    expect(await index.sortIn(db, 2)).toBe(2);
    expect([await found('退款'), await index.countWaiting(db)]).toEqual([before, 1]);
    expect([await index.sortIn(db, 10), await index.sortIn(db, 10)]).toEqual([1, 0]);
    expect(await found('退款')).toEqual(before);
    expect(await found('退款失败')).toEqual(before.slice(0, 1));
    expect(await found('发票')).toEqual([]);
  });

  it('goes on behind a place in both directions, across lists of many blocks', async () => {
    const ownerId = idToBinary(newId('cnv'));
    const tokens = packTokens(ring, '退款');
    const places = Array.from({ length: 90 }, (_, at) => 5_000 * at + 7);
    await db.transaction((tx) => index.insertEarlier(tx, places.map((place, seq) => ({ ownerId, seq, tokens, place }))));
    await index.sortIn(db, 80);
    expect(await found('退款', { isRising: true })).toEqual(places);
    expect(await found('退款')).toEqual(places.toReversed());
    for (const at of [0, 3, 44, 80, 89]) {
      expect(await found('退款', { from: places[at]!, isRising: true })).toEqual(places.slice(at + 1));
      expect(await found('退款', { from: places[at]! })).toEqual(places.slice(0, at).toReversed());
    }
  });

  it('finds what a scan finds, whatever the tokens have in common, from any place in both directions', async () => {
    let state = 7;
    const draw = (most: number) => Math.floor((((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32) * most));
    // The seventh and the eighth stand in the same texts, and the last in no text that has the first.
    const shares = [90, 60, 40, 20, 8, 2, 30, 30, 9];
    const ownerId = idToBinary(newId('cnv'));
    const texts = Array.from({ length: 4_000 }, (_, at) => {
      const has = shares.map((share) => draw(100) < share);
      [has[7], has[8]] = [has[6]!, has[8]! && !has[0]];
      // Two that only old texts have, and only new ones.
      has.push(at < 1_500 && draw(2) === 0, at > 2_500 && draw(2) === 0);
      return { place: 1 + at * 60 + draw(60), tokens: has.flatMap((isIn, token) => (isIn ? [token + 1] : [])) };
    });
    const packed = (tokens: readonly number[]) => Buffer.concat(tokens.map((token) => Buffer.from([0, 0, 0, token])));
    await db.transaction((tx) => index.insertEarlier(tx, texts.map(({ place, tokens }, seq) => ({ ownerId, seq, place, tokens: packed(tokens) }))));
    await index.sortIn(db, 3_700);
    for (let round = 0; round < 80; round += 1) {
      const tokens = [...new Set(Array.from({ length: 1 + draw(5) }, () => 1 + draw(shares.length + 2)))];
      const isRising = draw(2) === 0;
      const from = draw(3) === 0 ? null : draw(240_000);
      const expected = texts.filter((text) => tokens.every((token) => text.tokens.includes(token)) && (from === null || (isRising ? text.place > from : text.place < from))).map(({ place }) => place);
      const places: number[] = [];
      for await (const some of index.walk(db, { tokens, from, isRising })) places.push(...some);
      expect({ tokens, isRising, from, places }).toEqual({ tokens, isRising, from, places: isRising ? expected : expected.toReversed() });
    }
  });

  it('puts what was stored earlier before all that came since, and leaves alone what is known', async () => {
    const ownerId = await store(['退款一']);
    const [known] = await found('退款');
    const tokens = packTokens(ring, '退款二');
    await db.transaction((tx) => index.insertEarlier(tx, [0, 1].map((seq) => ({ ownerId: idToBinary(ownerId), seq, tokens, place: seq + 1 }))));
    expect(await found('退款')).toEqual([known, 2]);
  });

  it('forgets all tokens of what is dropped and nothing of its neighbours', async () => {
    const [kept, gone] = [await store(['退款', '退货']), await store(['退款', '退货', '发票'])];
    await index.sortIn(db, 4);
    await db.transaction((tx) => index.drop(tx, idToBinary(gone), 1));
    expect([(await found('退款')).length, (await found('退货')).length]).toEqual([2, 1]);
    await db.transaction((tx) => index.drop(tx, idToBinary(gone)));
    expect([(await found('退款')).length, (await found('发票')).length]).toEqual([1, 0]);
    await db.transaction((tx) => index.drop(tx, idToBinary(kept)));
    expect(await db.query('SELECT token FROM trial_postings UNION ALL SELECT place FROM trial_words')).toEqual([]);
  });

  it('lets two sorters share the work without a place lost or doubled', async () => {
    for (let owner = 0; owner < 20; owner += 1) await store(['退款申请', '申请退款', '好的']);
    await Promise.all([index.sortIn(db, 40), index.sortIn(db, 40), index.sortIn(db, 40)]);
    const lists = await db.query<{ places: Buffer }>('SELECT places FROM trial_postings WHERE token = ?', [readWanted(ring, '退款').tokens[0]]);
    expect(lists.reduce((sum, { places }) => sum + places.length / 2, 0)).toBe(40);
    expect(await found('退款')).toHaveLength(40);
  });
});
