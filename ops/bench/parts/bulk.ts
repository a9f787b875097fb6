import { createPool, type Pool } from 'mysql2/promise';

/** A row as its table's columns want it, in the order of the columns given. */
export type Row = readonly (string | number | boolean | Buffer | null)[];

const ROWS_AT_ONCE = 2_000;
const LANES = 2;
// Loading is not what is measured; afterwards the engine is as it was.
const FAST = { innodb_buffer_pool_size: 3 * 2 ** 30, innodb_flush_log_at_trx_commit: 0, innodb_io_capacity: 20_000 };

/** Writes many rows into one of the system's databases, in a hurry. */
export class Bulk {
  readonly #pool: Pool;
  readonly #waiting = new Map<string, Row[]>();
  readonly #flying = new Set<Promise<void>>();
  readonly #before = new Map<string, number>();

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  static async open(database: string): Promise<Bulk> {
    const url = new URL(process.env.TEST_DATABASE_URL!);
    url.pathname = `/${database}`;
    const bulk = new Bulk(createPool({ uri: url.toString(), connectionLimit: LANES + 1, timezone: 'Z', supportBigNumbers: true }));
    for (const [name, value] of Object.entries(FAST)) {
      const [rows] = await bulk.#pool.query(`SELECT @@global.${name} AS value`);
      bulk.#before.set(name, Number((rows as { value: number }[])[0]!.value));
      await bulk.#pool.query(`SET GLOBAL ${name} = ${value}`);
    }
    return bulk;
  }

  async query<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    const [rows] = await this.#pool.query(sql, [...params]);
    return rows as T[];
  }

  /** Takes one row of `table (column, …)`; written with others of its table. Waits when too much is under way. */
  async add(into: string, row: Row): Promise<void> {
    let rows = this.#waiting.get(into);
    if (!rows) this.#waiting.set(into, (rows = []));
    rows.push(row);
    if (rows.length < ROWS_AT_ONCE) return;
    this.#waiting.delete(into);
    await this.#write(into, rows);
  }

  async #write(into: string, rows: Row[]): Promise<void> {
    while (this.#flying.size >= LANES) await Promise.race(this.#flying);
    const flight = this.#pool.query(`INSERT INTO ${into} VALUES ?`, [rows]).then(() => void this.#flying.delete(flight));
    this.#flying.add(flight);
  }

  /** Writes what still waits. */
  async flush(): Promise<void> {
    for (const [into, rows] of this.#waiting) await this.#write(into, rows);
    this.#waiting.clear();
    await Promise.all(this.#flying);
  }

  /** Writes the rest and gives the engine its settings back. */
  async close(): Promise<void> {
    await this.flush();
    for (const [name, value] of this.#before) await this.#pool.query(`SET GLOBAL ${name} = ${value}`);
    await this.#pool.end();
  }
}
