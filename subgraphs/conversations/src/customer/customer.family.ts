import type { Queryable } from '@careline/kit/db';
import { selectCustomers, selectMergedInto, type CustomerRow } from './customer.store.ts';

/** Merges can follow each other; more steps than this mean damaged data. */
const STEPS_MAX = 20;

/** The customers that answer for these ids today: themselves, or who they were merged into. Unknown ids are absent. */
export function survivorsOf(q: Queryable, ids: readonly string[]): Promise<Map<string, CustomerRow>> {
  return survivorsAmong((wanted) => selectCustomers(q, wanted), ids);
}

/** Like `survivorsOf`, with as much of each customer as `read` gives. */
export async function survivorsAmong<Row extends { id: string; mergedInto: string | null }>(
  read: (ids: readonly string[]) => Promise<Row[]>, ids: readonly string[],
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  let wanted = [...new Set(ids)];
  for (let step = 0; wanted.length > 0 && step < STEPS_MAX; step += 1) {
    for (const row of await read(wanted)) rows.set(row.id, row);
    wanted = [...rows.values()].map((row) => row.mergedInto).filter((id): id is string => id !== null && !rows.has(id));
  }
  const survivors = new Map<string, Row>();
  for (const id of ids) {
    let row = rows.get(id);
    while (row?.mergedInto) row = rows.get(row.mergedInto);
    if (row) survivors.set(id, row);
  }
  return survivors;
}

/** The customer that answers for this id today; null when unknown. */
export async function survivorOf(q: Queryable, id: string): Promise<CustomerRow | null> {
  return (await survivorsOf(q, [id])).get(id) ?? null;
}

/**
 * Every customer whose history belongs to these survivors: themselves first, then all that were merged into them.
 * Whoever lists what customers have asks for all of these ids, because merging moves no row.
 */
export async function familiesOf(q: Queryable, survivorIds: readonly string[]): Promise<Map<string, string[]>> {
  const headOf = new Map(survivorIds.map((id) => [id, id]));
  let parents = [...survivorIds];
  for (let step = 0; parents.length > 0 && step < STEPS_MAX; step += 1) {
    const joined = await selectMergedInto(q, parents);
    for (const { id, mergedInto } of joined) headOf.set(id, headOf.get(mergedInto)!);
    parents = joined.map((row) => row.id);
  }
  const families = new Map<string, string[]>(survivorIds.map((id) => [id, []]));
  for (const [id, head] of headOf) families.get(head)!.push(id);
  return families;
}

/** The ids under which one customer's history stands; see `familiesOf`. */
export async function familyOf(q: Queryable, survivorId: string): Promise<string[]> {
  return (await familiesOf(q, [survivorId])).get(survivorId)!;
}
