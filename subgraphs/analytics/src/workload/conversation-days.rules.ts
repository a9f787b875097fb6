export type Dimension = 'DAY' | 'AGENT' | 'TEAM' | 'QUEUE' | 'CHANNEL';

/** Values of the columns a row is split by; null for those that were not asked for, or have no value. */
export interface Keys {
  day: string | null;
  agentId: string | null;
  teamId: string | null;
  queueId: string | null;
  channelKind: string | null;
}

/** Sums that can be added up over rows; means are made of them last. */
export interface Sums {
  started: number;
  closed: number;
  botClosed: number;
  customerMessages: number;
  agentMessages: number;
  botMessages: number;
  waitSeconds: number;
  waits: number;
  ratingSum: number;
  ratings: number;
}

export type DayRow = Keys & Sums;

const NO_SUMS: Sums = { started: 0, closed: 0, botClosed: 0, customerMessages: 0, agentMessages: 0, botMessages: 0, waitSeconds: 0, waits: 0, ratingSum: 0, ratings: 0 };
const COLUMNS: Record<Dimension, keyof Keys> = { DAY: 'day', AGENT: 'agentId', TEAM: 'teamId', QUEUE: 'queueId', CHANNEL: 'channelKind' };

/** Place of a row in the list: its columns in the order asked for. */
export function keyOf(row: Keys, groupBy: readonly Dimension[]): string {
  return JSON.stringify(groupBy.map((dimension) => row[COLUMNS[dimension]]));
}

/** Adds partial rows up by the columns asked for, in their order. Without columns there is always exactly one row. */
export function addUp(parts: readonly (Keys & Partial<Sums>)[], groupBy: readonly Dimension[]): DayRow[] {
  const rows = new Map<string, DayRow>();
  const rowOf = (keys: Keys): DayRow => {
    const key = keyOf(keys, groupBy);
    let row = rows.get(key);
    if (!row) {
      const kept = Object.fromEntries(groupBy.map((dimension) => [COLUMNS[dimension], keys[COLUMNS[dimension]]]));
      row = { day: null, agentId: null, teamId: null, queueId: null, channelKind: null, ...kept, ...NO_SUMS };
      rows.set(key, row);
    }
    return row;
  };
  for (const part of parts) {
    const row = rowOf(part);
    for (const name of Object.keys(NO_SUMS) as (keyof Sums)[]) row[name] += part[name] ?? 0;
  }
  if (groupBy.length === 0) rowOf({ day: null, agentId: null, teamId: null, queueId: null, channelKind: null });
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
