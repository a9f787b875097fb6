// A process of its own: visitors and an agent who chat at an even pace, so that what delays them is the server.
import { randomUUID } from 'node:crypto';
import { openApiLine, type Line } from '../../bench/parts/lines.ts';
import { arrive } from '../../harness/people.ts';

export interface VictimOrder {
  url: string;
  channelKey: string;
  staffToken: string;
  conversations: number;
  perSecond: number;
}

/** Milliseconds from the moment a message was due until the agent's side saw it. */
export interface Felt {
  deliveryMs: number[];
  lost: number;
}

const PATIENCE_MS = 5_000;
const due = new Map<string, number>();
let felt: number[] = [];

function onSeen(id: string): void {
  const at = due.get(id);
  if (at !== undefined) felt.push(performance.now() - at);
  due.delete(id);
}

async function open({ url, channelKey, staffToken, conversations }: VictimOrder): Promise<Line[]> {
  const lines: Line[] = [];
  for (let index = 0; index < conversations; index += 1) {
    const visitor = await arrive(url, channelKey);
    visitor.client.close();
    lines.push(await openApiLine(url, visitor.conversationId, await visitor.token(), staffToken, onSeen));
  }
  return lines;
}

/** Each message leaves when it is due, however slow the answers are. */
async function chat(lines: readonly Line[], perSecond: number, seconds: number): Promise<Felt> {
  felt = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < perSecond * seconds; sent += 1) {
    const at = startedAt + (sent * 1_000) / perSecond;
    const early = at - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const id = randomUUID();
    due.set(id, at);
    lines[sent % lines.length]!.send(id).catch(() => undefined);
  }
  const patience = performance.now() + PATIENCE_MS;
  while (due.size > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20));
  const lost = due.size;
  due.clear();
  return { deliveryMs: felt, lost };
}

process.once('message', (order: VictimOrder) => {
  void open(order).then((lines) => {
    process.on('message', (seconds: number) => void chat(lines, order.perSecond, seconds).then((result) => process.send!(result)));
    process.send!('ready');
  });
});
process.on('disconnect', () => process.exit(0));
