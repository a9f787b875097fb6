import { AskError, type Ask } from '../harness/people.ts';

/** What a file says of one thing: as plain as YAML, names of others instead of their ids, and nothing that is empty. */
export type Item = Record<string, unknown>;

/** A thing as the system has it. */
export interface Held {
  id: string;
  /** What the caller saw, so that nobody's change is overwritten; null where nothing is compared. */
  version: number | null;
  item: Item;
}

/** Ids of the things of each kind by the name that files use for them. */
export class Names {
  readonly #ids = new Map<string, Map<string, string>>();

  keep(kind: string, name: string, id: string): void {
    if (!this.#ids.has(kind)) this.#ids.set(kind, new Map());
    this.#ids.get(kind)!.set(name, id);
  }

  has(kind: string, name: string): boolean {
    return this.#ids.get(kind)?.has(name) ?? false;
  }

  /** The id of what a file names. The names of a file are looked at before anything is changed, so it is there. */
  idOf(kind: string, name: unknown): string {
    const id = this.#ids.get(kind)?.get(String(name));
    if (!id) throw new Error(`${kind} has no ${String(name)}`);
    return id;
  }

  idsOf(kind: string, names: unknown): string[] {
    return ((names ?? []) as unknown[]).map((name) => this.idOf(kind, name));
  }

  /** The name of an id; the id itself when it has none. */
  nameOf(kind: string, id: string): string {
    return [...(this.#ids.get(kind) ?? [])].find(([, known]) => known === id)?.[0] ?? id;
  }
}

/** A refusal with the field of the input it speaks of. */
export class Refused extends Error {
  readonly field: readonly string[];

  constructor(field: readonly string[], message: string) {
    super(message);
    this.field = field;
  }
}

/** One kind of settings, kept in a file of its own. */
export interface Kind {
  /** Name of the file without `.yaml`, and of the kind in the output. */
  name: string;
  /** What tells two of them apart. */
  key: 'key' | 'name';
  /** All that may stand in an item, in the order of the file: which other kind a field names, and whether it stays as it is when the file does not say it. Others are empty then. */
  fields: Record<string, { names?: string; isKept?: boolean }>;
  /** The file holds one thing, not a list. */
  isOne?: boolean;
  /** Names of other things deep inside an item: where, and of which kind. */
  inner?(item: Item): { path: (string | number)[]; kind: string; name: unknown }[];
  /** What the system has. Names of the kinds before are known by now. */
  read(ask: Ask, names: Names): Promise<Held[]>;
  /** Makes it or changes it, and gives its id. Throws `Refused`. */
  save(ask: Ask, names: Names, item: Item, held: Held | null): Promise<string>;
}

/** Runs a mutation and gives its payload. Throws `Refused` with the field as the server names it. */
export async function change<Payload>(ask: Ask, verb: string, input: object, selection: string): Promise<Payload> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
  const data = await ask<Record<string, Payload & { userErrors: { field: string[] | null; message: string }[] }>>(
    `mutation Config($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input });
  const [refusal] = data[verb]!.userErrors;
  if (refusal) throw new Refused(refusal.field ?? [], refusal.message);
  return data[verb]!;
}

/** The item without what is null or empty, so that a file says no more than there is. */
export function plain(value: Item): Item {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined && one !== '' && !(Array.isArray(one) && one.length === 0)
    && !(typeof one === 'object' && !Array.isArray(one) && Object.keys(one as object).length === 0)));
}

const PAGE = 100;

interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Every node of a list, page by page; pages are as large as the limit of cost allows. */
export async function readAll<Node>(ask: Ask, field: string, selection: string): Promise<Node[]> {
  const nodes: Node[] = [];
  let [first, after]: [number, string | null] = [PAGE, null];
  for (;;) {
    const asked: Promise<Record<string, Page<Node> | null>> = ask(`query Config($first: Int, $after: String) { ${field}(first: $first, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`, { first, after });
    const answer = await asked.catch((error: unknown) => {
      if (error instanceof AskError && error.code === 'COST_LIMIT' && first > 1) return null;
      throw error;
    });
    if (answer === null) {
      first = Math.max(1, Math.floor(first / 3));
      continue;
    }
    const page = answer[field];
    nodes.push(...(page?.nodes ?? []));
    if (!page?.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}
