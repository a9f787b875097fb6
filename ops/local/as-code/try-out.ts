import { Api } from './api.ts';
import type { Complaint, Found, Kind, Reference } from './kind.types.ts';
import { Refused } from './refused.ts';
import type { Value } from './shape.ts';

/** What these say depends on what else is done before it by the same run, or at the same time by others. */
const OF_THE_MOMENT = ['STALE_VERSION', 'LAST_OF_KIND'];

class Tried extends Error {}

/** The API for one question: what is saved is only tried, and what is not made yet has an id that nothing has. */
class TrialApi extends Api {
  readonly #real: Api;
  #standIns = 0;

  constructor(real: Api) {
    super(real.ask, real.kinds);
    this.#real = real;
  }

  override found(kindName: string): Promise<Found[]> {
    return this.#real.found(kindName);
  }

  override async idOf(kindName: string, key: string): Promise<string> {
    return (await this.found(kindName)).find((one) => one.key === key)?.id ?? `${this.kind(kindName).idPrefix}_${String((this.#standIns += 1)).padStart(26, '0')}`;
  }

  /** Later steps of the same object, e.g. putting it in force, need the saved one. */
  override async tell<Payload>(verb: string, input: object, selection: string): Promise<Payload> {
    if (verb.startsWith('save')) await super.tell(verb, { ...input, isTrial: true }, selection);
    throw new Tried();
  }
}

/**
 * What Careline would refuse about an object, at its place; null when nothing. What is wrong only until this run has made or
 * changed what the object names, or what holds a word that it wants, is no complaint.
 */
export async function tryOut(api: Api, kind: Kind, value: Value, found: Found | null, isInFiles: (kindName: string, key: string) => boolean): Promise<Complaint | null> {
  try {
    await kind.save(new TrialApi(api), value, found);
    return null;
  } catch (error) {
    if (error instanceof Tried) return null;
    if (!(error instanceof Refused)) throw error;
    const path = pathOf(error.field, value);
    const isAbout = (reference: Reference) => isSamePath(path, reference.path) || (error.code === 'NOT_FOUND' && isSamePath(path, reference.path.slice(0, path.length)));
    const holds = (other: Found) => path.length === 1 && other.value[path[0]!] === value[path[0]!];
    const willChange = kind.references(value).some((reference) => isAbout(reference) && isInFiles(reference.kind, reference.key))
      || (error.code === 'ALREADY_EXISTS' && (await api.found(kind.name)).some((other) => holds(other) && isInFiles(kind.name, other.key)));
    return willChange || OF_THE_MOMENT.includes(error.code) ? null : { path, message: error.message };
  }
}

const isSamePath = (a: readonly unknown[], b: readonly unknown[]) => a.length > 0 && a.join('\n') === b.join('\n');

/** The path of a file for a field of the API's input: `overflowQueueId` is `overflow_queue`, and a number counts the keys of a map. */
export function pathOf(field: readonly string[] | null, value: Value): (string | number)[] {
  const path: (string | number)[] = [];
  let at: unknown = value;
  for (const step of field ?? []) {
    const keys = typeof at === 'object' && at !== null ? Object.keys(at) : [];
    const name = step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const names = [name, name.replace(/_id$/, ''), name.replace(/y_ids$/, 'ies'), name.replace(/_ids$/, 's'), name.replace(/^fields_schema$/, 'form')];
    const known = /^\d+$/.test(step) ? (Array.isArray(at) ? Number(step) : keys[Number(step)]) : names.find((one) => keys.includes(one));
    if (known === undefined) break;
    path.push(known);
    at = (at as Value)[known];
  }
  return path;
}
