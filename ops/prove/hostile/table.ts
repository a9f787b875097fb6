import { median } from '../../harness/figures.ts';
import type { Arena } from './arena.ts';
import type { Attack, Door, Family } from './attack.ts';
import { BareSocket } from './socket.ts';
import { send } from './wire.ts';

/** Server time within which an attack must be refused. */
export const WITHIN_MS = 50;
const TIMES = 5;
const TRIVIAL_TIMES = 41;

/** What the least request of each door takes: it is taken off the time of a refusal. */
async function trivialTimes(arena: Arena): Promise<Record<Door, number>> {
  const http: number[] = [];
  for (let times = 0; times < TRIVIAL_TIMES; times += 1) http.push((await send(arena.url, { path: '/healthz' })).ms);
  const socket: number[] = [];
  const line = await BareSocket.enter(arena.port, arena.program());
  for (let times = 0; times < TRIVIAL_TIMES; times += 1) {
    const startedAt = performance.now();
    line.say({ type: 'ping' });
    await line.until((message) => message.type === 'pong');
    socket.push(performance.now() - startedAt);
  }
  line.destroy();
  return { http: median(http), socket: median(socket) };
}

export interface Row {
  attack: Attack;
  codes: string[];
  ms: number;
  isRefused: boolean;
}

/**
 * Tries one attack several times; refused means: each time with its code, and within time at the best of them.
 * The best, because the others tell of other work on the machine: nothing of an attack is kept from one try to the next.
 */
async function tryOut(attack: Attack, arena: Arena, trivial: Record<Door, number>): Promise<Row> {
  const codes = new Set<string>();
  const times: number[] = [];
  for (let time = 0; time < (attack.times ?? TIMES); time += 1) {
    try {
      const { code, ms } = await attack.run(arena);
      codes.add(code);
      times.push(attack.isHeld ? ms : Math.max(0, ms - trivial[attack.door]));
    } catch (error) {
      codes.add(`broke: ${error instanceof Error ? error.message.slice(0, 120) : String(error)}`);
    }
  }
  const ms = times.length > 0 ? Math.min(...times) : 0;
  return { attack, codes: [...codes], ms, isRefused: codes.size === 1 && codes.has(attack.expected) && ms < WITHIN_MS };
}

/** Every row of a family, one line each; gives the rows. */
export async function tryAll(families: readonly Family[], arena: Arena, say: (line: string) => void): Promise<Row[]> {
  const trivial = await trivialTimes(arena);
  say(`trivial exchange: http ${trivial.http.toFixed(1)} ms, socket ${trivial.socket.toFixed(1)} ms; taken off each time below`);
  const rows: Row[] = [];
  for (const family of families) for (const attack of family.attacks) {
    const row = await tryOut(attack, arena, trivial);
    rows.push(row);
    const verdict = row.isRefused ? 'ok  ' : 'FAIL';
    const wanted = row.isRefused ? '' : ` (wanted ${attack.expected})`;
    say(`${verdict} ${family.name.padEnd(9)} ${attack.name.padEnd(76)} ${row.codes.join(' | ').padEnd(22)} ${row.ms.toFixed(1).padStart(6)} ms${attack.isHeld ? ' of CPU a second' : ''}${wanted}`);
  }
  return rows;
}
