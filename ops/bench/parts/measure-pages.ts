import { median, percentile, report } from '../../harness/figures.ts';

const WARM_UP_ROUNDS = 3;

/** A page to be shown, by its name. */
export interface Named {
  name: string;
}

/** An installation with so much in it. */
export interface Sized {
  size: number;
}

interface Cell {
  ms: number[];
  rows: number;
}

type Times<P, S> = ReadonlyMap<P, ReadonlyMap<S, Cell>>;

export const say = (text: string) => process.stderr.write(`${text}\n`);
export const spell = (size: number) => (size % 1_000_000 === 0 ? `${size / 1_000_000}m` : `${size / 1_000}k`);

/** Shows all pages in turn at all sizes, so that what else the machine does falls on each alike. */
async function measure<P extends Named, S extends Sized>(pages: readonly P[], places: readonly S[], rounds: number, show: (place: S, page: P) => Promise<{ ms: number; rows: number }>): Promise<Times<P, S>> {
  const times = new Map(pages.map((page) => [page, new Map(places.map((place) => [place, { ms: [] as number[], rows: 0 }]))]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) for (const page of pages) for (const place of places) {
    const { ms, rows } = await show(place, page);
    const cell = times.get(page)!.get(place)!;
    cell.rows = rows;
    if (round >= 0) cell.ms.push(ms);
  }
  return times;
}

function print<P extends Named, S extends Sized>(times: Times<P, S>, places: readonly S[]): void {
  say(`${'page'.padEnd(24)}${places.map((place) => String(place.size).padStart(26)).join('')}`);
  for (const [page, byPlace] of times) {
    const cells = places.map((place) => {
      const { ms, rows } = byPlace.get(place)!;
      return `${String(rows).padStart(8)} rows ${median(ms).toFixed(1).padStart(6)} ${percentile(ms, 0.99).toFixed(1).padStart(6)}`;
    });
    say(`${page.name.padEnd(24)}${cells.map((cell) => cell.padStart(26)).join('')}`);
  }
}

/** Measures pages on a small and on larger pasts, prints each, and says the figures of the whole. */
export async function comparePages<P extends Named, S extends Sized>(
  name: string, { pages, places, rounds, isJson }: { pages: readonly P[]; places: readonly S[]; rounds: number; isJson: boolean }, show: (place: S, page: P) => Promise<{ ms: number; rows: number }>,
): Promise<void> {
  const times = await measure(pages, places, rounds, show);
  print(times, places);
  const all = (place: S) => [...times.values()].flatMap((byPlace) => byPlace.get(place)!.ms);
  const medians = (place: S) => [...times.values()].map((byPlace) => median(byPlace.get(place)!.ms));
  const typical = (place: S) => medians(place).reduce((sum, ms) => sum + ms, 0);
  const [small, large] = [places[0]!, places.at(-1)!];
  report(name, {
    [`p99_${spell(small.size)}_ms`]: percentile(all(small), 0.99), [`p99_${spell(large.size)}_ms`]: percentile(all(large), 0.99),
    growth: typical(large) / typical(small), slowest_page_ms: Math.max(...medians(large)),
  }, isJson);
}
