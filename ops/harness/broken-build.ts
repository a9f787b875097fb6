import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['schema', 'subgraphs', 'gateway', 'ops', 'package.json'];
const CONVERSATION = 'subgraphs/conversations/src/conversation';

interface Fault {
  file: string;
  from: string;
  to: string;
}

/** Ways to take a guarantee out of the product. A proof that passes on such a build proves nothing. */
const FAULTS = {
  /** A message may be stored twice under one client id. */
  'unique-key': [
    { file: 'subgraphs/conversations/migrations/0003_conversations.sql', from: 'UNIQUE KEY messages_client', to: 'KEY messages_client' },
    { file: `${CONVERSATION}/message-batch.ts`, from: 'return new Map((await selectByClientIds(tx, sends)).map((message) => [clientKey(message), message]));', to: 'return new Map();' },
  ],
  /** A stream begins now, whatever position its reader has. */
  'after-seq': [
    { file: `${CONVERSATION}/message-stream.ts`, from: 'new MessageStream(ctx, feed, Math.min(Math.max(0, afterSeq), feed.lastSeq),', to: 'new MessageStream(ctx, feed, feed.lastSeq,' },
  ],
  /** Streams get what is announced through Redis and nothing else: no position, no holes, no look at the table. */
  'hints-only': [
    { file: `${CONVERSATION}/message-stream.ts`, from: 'new MessageStream(ctx, feed, Math.min(Math.max(0, afterSeq), feed.lastSeq),', to: 'new MessageStream(ctx, feed, feed.lastSeq,' },
    { file: `${CONVERSATION}/message-stream.ts`, from: 'previousSeq: previousSeqFor(readsInternal, message)', to: 'previousSeq: 0' },
    { file: `${CONVERSATION}/message-stream.ts`, from: 'ConversationHeartbeat\', seq,', to: 'ConversationHeartbeat\', seq: 0,' },
    { file: `${CONVERSATION}/store-batch.ts`, from: '    feeds.offer(', to: '    if (feeds.size < 0) feeds.offer(' },
    { file: `${CONVERSATION}/store-batch.ts`, from: '  tellStreams(runtime, touched);', to: '  for (const { id, lastSeq, version } of touched) runtime.live.publish(conversationChannel(id), { from: accepted.find((one) => one.message.conversationId === id)!.message.seq, seq: lastSeq, version, kind: "message" });' },
    { file: `${CONVERSATION}/conversation-feed.ts`, from: 'if (isNew) void this.read();', to: 'if (Number(hint.from) - 1 > (this.told ?? this.#lastSeq)) this.#lastSeq = Number(hint.from) - 1;\n    if (hint.from) this.told = Number(hint.seq);\n    if (isNew) void this.read();' },
    { file: `${CONVERSATION}/conversation-feed.ts`, from: 'if (this.#isBehind(present)) await this.read();', to: '' },
    { file: 'subgraphs/kit/src/live/create-live.ts', from: '      tell(channel, hint);\n    },', to: '    },' },
    { file: 'subgraphs/kit/src/live/create-live.ts', from: 'if (message.slice(0, space) !== node) tell', to: 'tell' },
  ],
  /** What was said comes in the order of the clock. */
  'order-by-time': [
    { file: `${CONVERSATION}/message.store.ts`, from: "ORDER BY m.seq ${span.isBackward", to: "ORDER BY m.sent_at ${span.isBackward" },
  ],
} as const satisfies Record<string, readonly Fault[]>;

export type FaultName = keyof typeof FAULTS;

/** A copy of the product with one guarantee taken out, in a temporary folder; throws when the code to break has moved. */
export function breakBuild(name: FaultName): string {
  const root = mkdtempSync(join(tmpdir(), 'careline-broken-'));
  for (const entry of COPIED) cpSync(join(ROOT, entry), join(root, entry), { recursive: true, filter: (path) => !path.includes('node_modules') });
  linkModules(root);
  for (const { file, from, to } of FAULTS[name]) {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}": say anew where the fault ${name} is put in`);
    writeFileSync(path, text.replace(from, to));
  }
  return root;
}

/** Every installed package as it is, our own workspaces from the copy. */
function linkModules(root: string): void {
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@careline'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) if (name !== '@careline') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const name of ['schema', 'gateway', 'ops']) symlinkSync(join(root, name), join(modules, '@careline', name));
  for (const name of ['kit', 'conversations', 'tickets', 'knowledge', 'analytics']) symlinkSync(join(root, 'subgraphs', name), join(modules, '@careline', name));
}
