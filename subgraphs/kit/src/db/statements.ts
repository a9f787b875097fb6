import type { PoolConnection, ResultSetHeader } from 'mysql2/promise';
import type { Ask, Written } from './database.ts';

/** Text of statements that wait together before they are sent: enough to be worth a journey, and little enough for the database to have work while more is being made. */
const PIECE_LENGTH = 100_000;

/**
 * Throws for a text that holds more than one statement. Our connections could send several at once, which `Statements`
 * alone may: whoever slips one more into a text must fail as on a connection that can't. Values are no part of the text.
 */
export function refuseSeveral(sql: string): void {
  if (sql.includes(';')) throw new Error(`one statement at a time: ${sql.slice(0, 80)}`);
}

/**
 * The statements of one transaction, in as few journeys to the database as their answers allow: the beginning goes with the
 * first statement, and what nobody waits for (`later`) goes with the commit, or before when it is much: then the database
 * works on a piece while the next is made, and gets that only when the one before is answered. It runs statements in their
 * order and stops at the first that fails, so that nothing is committed then.
 */
export class Statements {
  readonly #connection: PoolConnection;
  #waiting: string[] = ['START TRANSACTION'];
  #waitingLength = 0;
  #hasBegun = false;
  #sent: Promise<unknown> = Promise.resolve();
  /** What a statement failed with whose answer nobody waited for: the reason for all that failed after it. */
  failure: unknown = null;

  constructor(connection: PoolConnection) {
    this.#connection = connection;
  }

  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#ask(sql, params)) as Row[];
  }

  async queryTogether(asks: readonly Ask[]): Promise<unknown[][]> {
    const texts = asks.map(({ sql, params = [] }) => this.#textOf(sql, params));
    if (this.#waiting.length > 1 || this.#hasBegun) await this.#settle();
    return (await this.#sendAll([...this.#take(), ...texts])).slice(-texts.length) as unknown[][];
  }

  async execute(sql: string, params: readonly unknown[] = []): Promise<Written> {
    const { affectedRows, insertId } = (await this.#ask(sql, params)) as ResultSetHeader;
    return { affectedRows, insertId };
  }

  async later(sql: string, params: readonly unknown[] = []): Promise<void> {
    const text = this.#textOf(sql, params);
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength <= PIECE_LENGTH) return;
    await this.#answered();
    this.#sendWaiting();
  }

  /**
   * The connection for somebody who speaks to it by itself, behind all that waits. Nothing is sent after a statement that failed:
   * a deadlock ends the transaction, and what came then would be stored alone.
   */
  get connection(): PoolConnection {
    const behind = async (method: 'query' | 'execute', args: unknown[]): Promise<unknown> => {
      // The beginning alone cannot fail but with the connection: it needs no answer first.
      if (this.#hasBegun || this.#waiting.length > 1) await this.#settle();
      else this.#sendWaiting();
      return (this.#connection[method] as (...all: unknown[]) => Promise<unknown>)(...args);
    };
    return new Proxy(this.#connection, {
      get: (target, name) => {
        if (name === 'query' || name === 'execute') return (...args: unknown[]) => behind(name, args);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  async commit(): Promise<void> {
    await this.#sent;
    if (!this.#hasBegun && this.#waiting.length === 1) return;
    await this.#send([...this.#take(), 'COMMIT']);
  }

  async rollBack(): Promise<void> {
    if (this.#hasBegun) await this.#connection.query('ROLLBACK');
  }

  async #ask(sql: string, params: readonly unknown[]): Promise<unknown> {
    const text = this.#textOf(sql, params);
    // Only the beginning goes with it: a failure must belong to the statement that is asked.
    if (this.#waiting.length > 1 || this.#hasBegun) await this.#settle();
    return this.#send([...this.#take(), text]);
  }

  #sendWaiting(): void {
    if (this.#waiting.length === 0) return;
    this.#sent = Promise.all([this.#sent, this.#send(this.#take())]);
    this.#sent.catch((error: unknown) => { this.failure ??= error; });
  }

  async #settle(): Promise<void> {
    await this.#answered();
    this.#sendWaiting();
    await this.#answered();
  }

  /** Waits until all that was sent is answered, and throws when something of it failed. */
  async #answered(): Promise<void> {
    try {
      // Somebody else of this transaction may have sent more meanwhile.
      for (let sent: unknown; sent !== this.#sent;) await (sent = this.#sent);
    } catch (error) {
      this.failure ??= error;
      throw new Error('an earlier statement of the transaction failed', { cause: error });
    }
  }

  #take(): string[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingLength = 0;
    return waiting;
  }

  /** The answer to the last of them. */
  async #send(texts: readonly string[]): Promise<unknown> {
    return (await this.#sendAll(texts)).at(-1);
  }

  async #sendAll(texts: readonly string[]): Promise<unknown[]> {
    this.#hasBegun = true;
    const [answers] = await this.#connection.query(texts.join(';\n'));
    return texts.length === 1 ? [answers] : (answers as unknown[]);
  }

  #textOf(sql: string, params: readonly unknown[]): string {
    refuseSeveral(sql);
    return this.#connection.format(sql, [...params]);
  }
}
