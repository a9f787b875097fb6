import type { Db, Tx } from './database.ts';

/** What `fn` gives in a transaction of which nothing stays. Throws what `fn` throws. */
export async function takenBack<Result>(db: Db, fn: (tx: Tx) => Promise<Result>): Promise<Result> {
  class TakenBack extends Error {
    readonly result: Result;

    constructor(result: Result) {
      super('done and taken back');
      this.result = result;
    }
  }
  try {
    return await db.transaction(async (tx) => {
      throw new TakenBack(await fn(tx));
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.result;
    throw error;
  }
}
