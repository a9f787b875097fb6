import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from './database.ts';

interface Waiting<Key, Value> {
  key: Key;
  resolve(value: Value | undefined): void;
  reject(error: unknown): void;
}

/** What somebody who comes back with thousands of others can wait to be read with them. */
export const CROWD_MS = 10;

export interface Gathering {
  /** As many keys as one reading takes. */
  most?: number;
  /** Where several were read together and others came meanwhile, the next reading waits so long for more: it costs the same for two as for twenty. */
  crowdMs?: number;
}

/**
 * Reads that many ask for one by one, done together: what is asked for in one tick, or while a reading is under way, is read at once.
 * One reading at a time, so that a crowd takes one connection and not all of them. Nothing is kept: each answer is as old as its reading.
 */
export function gathered<Key, Value>(read: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>, { most = 500, crowdMs = 0 }: Gathering = {}): (key: Key) => Promise<Value | undefined> {
  const waiting: Waiting<Key, Value>[] = [];
  let isBusy = false;

  async function work(): Promise<void> {
    for (let isCrowd = false; waiting.length > 0;) {
      if (isCrowd && crowdMs > 0) await delay(crowdMs);
      const now = waiting.splice(0, most);
      isCrowd = now.length > 1;
      try {
        const found = await read([...new Set(now.map((one) => one.key))]);
        for (const { key, resolve } of now) resolve(found.get(key));
      } catch (error) {
        for (const { reject } of now) reject(error);
      }
    }
    isBusy = false;
  }
  return (key) => new Promise((resolve, reject) => {
    waiting.push({ key, resolve, reject });
    if (isBusy) return;
    isBusy = true;
    // After everything that arrived with this call has been looked at.
    setImmediate(() => void work());
  });
}

/** One reading of what is the same for everybody, shared by all who ask for it in the same moment; as fresh for each as its own would be. */
export function readTogether<Value>(read: (db: Db) => Promise<Value>): (db: Db) => Promise<Value> {
  const readers = new WeakMap<Db, (key: null) => Promise<Value | undefined>>();
  return async (db) => {
    if (!readers.has(db)) readers.set(db, gathered<null, Value>(async () => new Map([[null, await read(db)]])));
    return (await readers.get(db)!(null)) as Value;
  };
}
