import type { Outgoing, OutboxStore } from './outbox.ts';

const NAME = 'careline.console';
const TABLE = 'outbox';

function openDevice(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => { request.result.createObjectStore(TABLE, { keyPath: 'id' }).createIndex('agentId', 'agentId'); };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await openDevice();
  try {
    return await new Promise<T>((resolve, reject) => {
      const tx = database.transaction(TABLE, mode);
      const request = act(tx.objectStore(TABLE));
      tx.oncomplete = () => resolve(request.result);
      tx.onerror = () => reject(tx.error);
      tx.onabort = () => reject(tx.error);
    });
  } finally {
    database.close();
  }
}

/** The send queue in IndexedDB: it survives reload and crash. */
export const deviceOutbox: OutboxStore = {
  load: (agentId) => run('readonly', (table) => table.index('agentId').getAll(agentId) as IDBRequest<Outgoing[]>),
  put: async (item) => { await run('readwrite', (table) => table.put(item)); },
  remove: async (id) => { await run('readwrite', (table) => table.delete(id)); },
};
