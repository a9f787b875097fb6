import { LiveStream } from '@careline/kit/live';
import { hasPassed, SECOND } from '@careline/kit/time';
import type { ConversationsContext, Runtime } from '../context.ts';
import { requireReadable } from './reach-conversation.ts';
import { seesInternal } from './conversation.rules.ts';
import type { ActorRef } from './conversation.types.ts';

const FORGET_AFTER_MS = 6 * SECOND;
const ONCE_IN_MS = 3 * SECOND;
const SWEEP_EVERY_MS = SECOND;
/** Beyond this the limits of callers who left are dropped; they are only seconds old. */
const LIMITS_MAX = 10_000;

export interface Typist extends ActorRef {
  isTyping: boolean;
  isNote: boolean;
}

export interface TypingEvent {
  people: Typist[];
  at: number;
}

interface Watch {
  present: Map<string, Typist & { until: number }>;
  listeners: Set<() => void>;
  unsubscribe: () => void;
}

export interface TypingBoard {
  /** Whether this call is within the limit of one in 3 s for each caller and conversation. */
  admit(callerId: string, conversationId: string): boolean;
  watch(conversationId: string, listener: () => void): { present(): Typist[]; stop(): void };
  /** Forgets who was not heard of for 6 s. The timer calls it. */
  sweep(): void;
  close(): void;
}

const typingChannel = (conversationId: string) => `typing:${conversationId}`;

/** Who types where, as far as this process was told. Nothing is stored; ids travel, names are looked up by who shows them. */
export function typingBoard(runtime: Runtime): TypingBoard {
  const watches = new Map<string, Watch>();
  let timer: NodeJS.Timeout | null = null;

  function begin(conversationId: string): Watch {
    const present: Watch['present'] = new Map();
    const listeners = new Set<() => void>();
    const unsubscribe = runtime.live.subscribe(typingChannel(conversationId), (hint) => {
      const person = { kind: hint.actorKind as Typist['kind'], id: hint.actorId as string, isTyping: hint.isTyping === true, isNote: hint.isNote === true };
      present.set(person.id, { ...person, until: runtime.clock.now() + FORGET_AFTER_MS });
      for (const listener of listeners) listener();
    });
    const watch = { present, listeners, unsubscribe };
    watches.set(conversationId, watch);
    timer ??= setInterval(sweep, SWEEP_EVERY_MS).unref();
    return watch;
  }
  function sweep(): void {
    const now = runtime.clock.now();
    for (const { present, listeners } of watches.values()) {
      const gone = [...present.values()].filter((person) => person.until <= now);
      for (const person of gone) present.delete(person.id!);
      if (gone.length > 0) for (const listener of listeners) listener();
    }
  }
  return {
    admit: limiter(runtime),
    watch(conversationId, listener) {
      const watch = watches.get(conversationId) ?? begin(conversationId);
      watch.listeners.add(listener);
      return {
        present: () => [...watch.present.values()],
        stop() {
          watch.listeners.delete(listener);
          if (watch.listeners.size > 0) return;
          watch.unsubscribe();
          watches.delete(conversationId);
        },
      };
    },
    sweep,
    close() {
      if (timer) clearInterval(timer);
      for (const watch of watches.values()) watch.unsubscribe();
    },
  };
}

function limiter(runtime: Runtime): TypingBoard['admit'] {
  const admitted = new Map<string, number>();
  return (callerId, conversationId) => {
    const key = `${callerId} ${conversationId}`;
    const now = runtime.clock.now();
    const last = admitted.get(key);
    if (last !== undefined && !hasPassed(last, ONCE_IN_MS, now)) return false;
    if (admitted.size >= LIMITS_MAX) admitted.clear();
    admitted.set(key, now);
    return true;
  };
}

/** Tells the others that the caller types or looks; false when it came too soon after the last time. */
export async function setTyping(ctx: ConversationsContext, input: { conversationId: string; isTyping: boolean; isNote?: boolean | null }): Promise<boolean> {
  ctx.viewer.require('conversation:read');
  const conversation = await requireReadable(ctx, input.conversationId);
  const { kind, id } = ctx.viewer.identity!;
  if (!ctx.runtime.parts.of(typingBoard).admit(id, conversation.id)) return false;
  const isNote = !ctx.viewer.isCustomer && (input.isNote ?? false);
  ctx.live.publish(typingChannel(conversation.id), { actorKind: kind, actorId: id, isTyping: input.isTyping, isNote });
  return true;
}

/** Who types or looks, the caller left out; first the present state. Customers are told only of agents who type to them. */
export async function watchTyping(ctx: ConversationsContext, conversationId: string): Promise<LiveStream<TypingEvent>> {
  const conversation = await requireReadable(ctx, conversationId);
  const isInside = seesInternal(ctx.viewer, conversation);
  const board = ctx.runtime.parts.of(typingBoard);
  const tell = () => stream.push({ people: shown(watch.present()), at: ctx.clock.now() });
  const shown = (people: Typist[]) => people.filter((person) =>
    person.id !== ctx.viewer.identity!.id && (isInside || (person.kind !== 'CUSTOMER' && person.isTyping && !person.isNote)));
  const watch = board.watch(conversation.id, tell);
  const stream = new LiveStream<TypingEvent>(() => watch.stop());
  tell();
  return stream;
}
