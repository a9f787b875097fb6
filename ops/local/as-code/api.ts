import { setTimeout as pause } from 'node:timers/promises';
import { AskError, type Ask } from '../../harness/people.ts';
import type { Found, Kind } from './kind.types.ts';
import { Refused, type Problem } from './refused.ts';

/** What one item may cost at most stands in the schema; a page of roles with all their grants must stay below the limit of an operation. */
const PAGE = 20;
const POLL_MS = 300;
const DRY_RUN_MS = 15 * 60_000;

interface Job {
  id: string;
  state: string;
}

/** The public API as this command uses it, and what was read from it: ids stand behind keys here and nowhere else. */
export class Api {
  readonly ask: Ask;
  readonly kinds: readonly Kind[];
  readonly #read = new Map<string, Promise<Found[]>>();

  constructor(ask: Ask, kinds: readonly Kind[]) {
    this.ask = ask;
    this.kinds = kinds;
  }

  kind(name: string): Kind {
    return this.kinds.find((kind) => kind.name === name)!;
  }

  /** All there is of a kind, read once until `forget`. */
  found(kindName: string): Promise<Found[]> {
    let reading = this.#read.get(kindName);
    if (!reading) this.#read.set(kindName, (reading = this.kind(kindName).read(this)));
    return reading;
  }

  forget(kindName?: string): void {
    if (kindName) this.#read.delete(kindName);
    else this.#read.clear();
  }

  async idOf(kindName: string, key: string): Promise<string> {
    const found = (await this.found(kindName)).find((one) => one.key === key);
    if (!found) throw new Refused({ code: 'NOT_FOUND', field: null, message: `There is no ${this.kind(kindName).word} ${key}` });
    return found.id;
  }

  /** The key that stands for an id; null when there is nothing of that id. */
  async keyOf(kindName: string, id: string): Promise<string | null> {
    return (await this.found(kindName)).find((one) => one.id === id)?.key ?? null;
  }

  /** Every node of a list, page by page. */
  async all<Node>(field: string, selection: string, filter = ''): Promise<Node[]> {
    const nodes: Node[] = [];
    for (let after: string | null = null; ;) {
      const data: Record<string, { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null> = await this.ask(
        `query ConfigList($after: String) { ${field}(first: ${PAGE}, after: $after${filter}) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`, { after });
      const page = data[field];
      if (!page) throw new AskError('UNAVAILABLE', `${field} cannot be read now`);
      nodes.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) return nodes;
      after = page.pageInfo.endCursor;
    }
  }

  /** Runs a mutation; throws Refused with the first reason. */
  async tell<Payload>(verb: string, input: object, selection: string): Promise<Payload> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
    const data = await this.ask<Record<string, Payload & { userErrors: Problem[] }>>(`mutation Config($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }).catch(rethrow);
    const [problem] = data[verb]!.userErrors;
    if (problem) throw new Refused(problem);
    return data[verb]!;
  }

  /** Waits until a dry run has its result. `again` reads it. */
  async finished(begun: Job, again: (id: string) => Promise<Job | null>): Promise<void> {
    let run: Job | null = begun;
    for (const until = Date.now() + DRY_RUN_MS; run && (run.state === 'QUEUED' || run.state === 'RUNNING');) {
      if (Date.now() > until) break;
      await pause(POLL_MS);
      run = await again(run.id);
    }
    if (run?.state !== 'DONE') throw new Refused({ code: 'DRY_RUN_REQUIRED', field: null, message: 'Its new version is saved and its dry run did not finish, so the version is not in force' });
  }
}

/** A value that its type refuses, e.g. a day that there is not, is told as an error of the operation; that says its place in the input too. */
function rethrow(error: unknown): never {
  const [, place, message] = (error instanceof AskError && error.code === 'BAD_USER_INPUT' && /at "input\.([^"]+)"; (.+)$/.exec(error.sentence)) || [];
  throw place ? new Refused({ code: 'INVALID', field: place.split(/[.[\]]+/).filter(Boolean), message: message! }) : error;
}
