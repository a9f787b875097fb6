// A load process of `prove overload`: many visitors in one lean process, told what to do by its parent.
import { cpuMs } from '../../harness/cpu.ts';
import { LeanSocket } from '../../harness/lean-socket.ts';
import type { Job, Person, Tally } from './orders.ts';

const TEXT = 'hello '.repeat(16);
const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code } } }';
const STREAM = 'subscription Stream($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { previousSeq message { clientMessageId authorName text sentAt } } } }';
const TICK_MS = 4;
const LISTENING_EVERY_MS = 500;
/** How long answers may take after the last send before they count as missing. */
const PATIENCE_MS = 10_000;

interface Line {
  socket: LeanSocket;
  /** Everything of the frame that sends a message but its number; empty for who only watches. */
  before: string;
  between: string;
  after: string;
}

let tally: Tally;
let job: Job;
const lines: Line[] = [];
let next = 0;
const sentAt = new Map<number, number>();
let startedAt = 0;
let cpuBefore = 0;
let onAnswer: (line: Line, waitMs: number) => void = () => undefined;

function begin(fresh: Job): void {
  job = fresh;
  tally = { sent: 0, acked: [], ackMs: [], ackedAt: [], refusedMs: [], cpuMs: 0, refusals: {}, withoutWait: 0, failures: {}, unanswered: 0, seen: 0, lagMs: [] };
}

function take(line: Line, text: string): void {
  // `{"id":"…` and then the type: frames of the server always begin like this.
  const end = text.indexOf('"', 7);
  if (text.startsWith('s', 7)) {
    tally.seen += 1;
    return;
  }
  const number = Number(text.slice(7, end));
  const at = sentAt.get(number);
  if (at === undefined) return;
  sentAt.delete(number);
  const now = performance.now();
  if (text.startsWith('next', end + 10) && text.includes('"userErrors":[]')) {
    tally.acked.push(number);
    tally.ackMs.push(now - at);
    tally.ackedAt.push(now - startedAt);
    onAnswer(line, 0);
  } else {
    const code = /"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 120);
    if (code === 'RATE_LIMITED' || code === 'UNAVAILABLE') {
      tally.refusals[code] = (tally.refusals[code] ?? 0) + 1;
      tally.refusedMs.push(now - at);
      const waitMs = Number(/"retryAfterMs":(\d+)/.exec(text)?.[1] ?? 0);
      if (waitMs === 0) tally.withoutWait += 1;
      onAnswer(line, waitMs);
    } else {
      tally.failures[code] = (tally.failures[code] ?? 0) + 1;
      onAnswer(line, 0);
    }
  }
}

function send(line: Line, at: number): void {
  next += 1;
  const number = job.numbersFrom + next;
  sentAt.set(number, at);
  tally.sent += 1;
  line.socket.send(`${line.before}${number}${line.between}${job.run}-${number}${line.after}`);
}

async function open(url: string, people: readonly Person[]): Promise<void> {
  for (let from = 0; from < people.length; from += 16) {
    lines.push(...await Promise.all(people.slice(from, from + 16).map((person) => openLine(url, person))));
  }
}

async function openLine(url: string, { token, conversationIds, isWriter }: Person): Promise<Line> {
  const line = { before: '', between: '', after: '' } as Line;
  line.socket = await LeanSocket.open(url, token, { onText: (text) => take(line, text), onEnd: () => process.send!({ type: 'cut' }) });
  const frame = JSON.stringify({ id: '@', type: 'subscribe', payload: { query: SEND, variables: { input: { conversationId: conversationIds[0], clientMessageId: '@', text: TEXT } } } });
  const [before, between, after] = frame.split('@') as [string, string, string];
  if (isWriter) Object.assign(line, { before, between, after });
  conversationIds.forEach((id, index) => line.socket.send(JSON.stringify({ id: `s${index}`, type: 'subscribe', payload: { query: STREAM, variables: { id, afterSeq: 1_000_000 } } })));
  return line;
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Everybody sends the next message as soon as the one before was answered, or when it may after a refusal. */
async function closedLoop(): Promise<void> {
  const writers = lines.filter((line) => line.before !== '').slice(0, job.writers);
  const until = performance.now() + job.seconds * 1000;
  let open = writers.length;
  await new Promise<void>((resolve) => {
    onAnswer = (line, waitMs) => {
      if (performance.now() + waitMs >= until) {
        if (--open === 0) resolve();
      } else if (waitMs > 0) setTimeout(() => send(line, performance.now()), waitMs);
      else send(line, performance.now());
    };
    for (const line of writers) send(line, performance.now());
    setTimeout(resolve, job.seconds * 1000 + PATIENCE_MS);
  });
}

/** So many a second on a schedule of their own, however slow the answers are. */
async function flood(): Promise<void> {
  const writers = lines.filter((line) => line.before !== '');
  onAnswer = () => undefined;
  const start = performance.now();
  const total = Math.round(job.perSecond * job.seconds);
  for (let sent = 0; sent < total;) {
    const now = performance.now();
    const due = Math.min(total, Math.floor(((now - start) / 1000) * job.perSecond));
    for (; sent < due; sent += 1) {
      const at = start + (sent / job.perSecond) * 1000;
      if (sent % 64 === 0) tally.lagMs.push(performance.now() - at);
      send(writers[sent % writers.length]!, performance.now());
    }
    await rest(TICK_MS);
  }
  await everythingAnswered();
}

/** Everybody sends now and then, and stays away when told to. */
async function listening(): Promise<void> {
  const until = performance.now() + job.seconds * 1000;
  onAnswer = (line, waitMs) => {
    const after = Math.max(LISTENING_EVERY_MS, waitMs) * (1 + Math.random() / 2);
    if (performance.now() + after < until) setTimeout(() => send(line, performance.now()), after);
  };
  for (const line of lines) setTimeout(() => send(line, performance.now()), Math.random() * LISTENING_EVERY_MS);
  await rest(job.seconds * 1000);
  await everythingAnswered();
}

async function everythingAnswered(): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  while (sentAt.size > 0 && performance.now() < patience) await rest(20);
}

const KINDS = { closed: closedLoop, flood, listening };

process.on('message', (message: { type: 'open'; url: string; people: Person[] } | { type: 'run'; job: Job }) => {
  if (message.type === 'open') {
    begin({ run: '', numbersFrom: 0, kind: 'closed', writers: 0, perSecond: 0, seconds: 0 });
    open(message.url, message.people).then(() => process.send!({ type: 'opened' }), (error: unknown) => { throw error; });
    return;
  }
  begin(message.job);
  sentAt.clear();
  startedAt = performance.now();
  cpuBefore = cpuMs(process.pid);
  KINDS[job.kind]().then(() => {
    tally.unanswered = sentAt.size;
    tally.cpuMs = cpuMs(process.pid) - cpuBefore;
    process.send!({ type: 'done', tally });
  }, (error: unknown) => { throw error; });
});
process.on('disconnect', () => process.exit());
