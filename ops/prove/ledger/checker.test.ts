import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { check } from './checker.ts';
import type { Fresh, StoredMessage } from './fresh.ts';
import { LedgerFile } from './ledger-file.ts';

type Added = Parameters<LedgerFile['add']>[0];
const folder = mkdtempSync(join(tmpdir(), 'careline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const message = (seq: number, id: string): StoredMessage => ({ seq, id: `msg_${id}`, clientMessageId: id, visibility: 'PUBLIC', author: { kind: 'CUSTOMER' }, hash: id });
const table = (...messages: StoredMessage[]): Fresh =>
  ({ conversations: [{ state: 'ACTIVE', version: 2, lastSeq: messages.length, messages }], tickets: [{ id: 'tkt_1', number: '1', hash: 't' }] });
const written = (n: number, id: string): Added[] => [{ k: 'intent', c: 0, w: 'visitor', n, id, h: id }];
const promised = (seq: number, id: string): Added => ({ k: 'ack', id, seq, m: `msg_${id}` });
const seen = (seq: number, id: string, h = id): Added => ({ k: 'seen', s: 'agent', c: 0, seq, id, h });
const BEGIN: Added[] = [{ k: 'screen', s: 'agent', c: 0 }, { k: 'ticket', id: 'k', h: 't' }, { k: 'ticketed', id: 'k', ticket: 'tkt_1', number: '1' }];
const GOOD: Added[] = [...BEGIN, ...written(0, 'a'), promised(1, 'a'), seen(1, 'a'), ...written(1, 'b'), promised(2, 'b'), seen(2, 'b'), { k: 'row', s: 'agent', c: 0, state: 'ACTIVE', version: 2, seq: 2 }];
const TWO = table(message(1, 'a'), message(2, 'b'));
const without = (...gone: Added[]) => GOOD.filter((line) => !gone.some((one) => JSON.stringify(one) === JSON.stringify(line)));

let files = 0;
async function findings(lines: readonly Added[], fresh: Fresh): Promise<Record<string, number>> {
  const ledger = new LedgerFile(join(folder, `${files++}.jsonl`));
  for (const line of lines) ledger.add(line);
  ledger.close();
  const { lost, doubled, reordered, phantom, stale, unresolved } = await check(ledger.path, fresh);
  return Object.fromEntries(Object.entries({ lost, doubled, reordered, phantom, stale, unresolved }).filter(([, count]) => count > 0));
}

it('finds nothing where ledger and table agree', async () => expect(await findings(GOOD, TWO)).toEqual({}));

it.each<[string, Added[], Fresh, Record<string, number>]>([
  ['a promise that is not stored, and was shown', GOOD, { ...TWO, conversations: table(message(1, 'a')).conversations }, { lost: 1, phantom: 1, stale: 1 }],
  ['a message that a screen never showed', without(seen(1, 'a')), TWO, { lost: 1 }],
  ['a message that a screen never showed, though it was live by then', [...without(seen(1, 'a'), seen(2, 'b')), { k: 'live', s: 'agent', c: 0, seq: 1 }], TWO, { lost: 1 }],
  ['a message stored twice', [...without({ k: 'row', s: 'agent', c: 0, state: 'ACTIVE', version: 2, seq: 2 }), seen(3, 'b')], table(message(1, 'a'), message(2, 'b'), message(3, 'b')), { doubled: 2, reordered: 1 }],
  ['a message shown twice', [...GOOD, seen(2, 'b')], TWO, { doubled: 1 }],
  ['two answers to one client id', [...GOOD, promised(1, 'b')], TWO, { doubled: 1, lost: 1 }],
  ['a screen that goes back', [...without(seen(1, 'a')), seen(1, 'a')], TWO, { reordered: 1 }],
  ['the words of one writer in another order', [...BEGIN, ...written(1, 'a'), promised(1, 'a'), seen(1, 'a'), ...written(0, 'b'), promised(2, 'b'), seen(2, 'b')], TWO, { reordered: 1 }],
  ['a message that nobody wrote', [...GOOD, seen(3, 'x')], table(message(1, 'a'), message(2, 'b'), message(3, 'x')), { phantom: 1, stale: 1 }],
  ['other words than were stored', [...without(seen(2, 'b')), seen(2, 'b', 'other')], TWO, { stale: 1 }],
  ['an inbox that fell behind', [...GOOD, { k: 'row', s: 'tab', c: 0, state: 'ACTIVE', version: 1, seq: 1 }], TWO, { stale: 1 }],
  ['a message that was never answered', without(promised(2, 'b')), TWO, { unresolved: 1 }],
  ['a ticket that was promised and is not stored', GOOD, { ...TWO, tickets: [] }, { lost: 1 }],
  ['a ticket stored twice', GOOD, { ...TWO, tickets: [...TWO.tickets, { id: 'tkt_2', number: '2', hash: 't' }] }, { doubled: 1 }],
  ['a ticket that nobody created', GOOD, { ...TWO, tickets: [...TWO.tickets, { id: 'tkt_2', number: '2', hash: 'x' }] }, { phantom: 1 }],
])('finds %s', async (_name, lines, fresh, expected) => expect(await findings(lines, fresh)).toEqual(expected));
