import { onUnmounted, ref, watch, type Ref } from 'vue';
import { SetTypingDocument, TypingChangedDocument, type TypingChangedSubscription } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { followState } from '../../../shared/state/streams.ts';
import type { Message } from '../../../shared/state/thread.ts';
import { endedTypists } from '../../../shared/state/typing.ts';

export type Person = TypingChangedSubscription['typingChanged']['people'][number];

// The server takes one in 3 s: a little more, or every second one would come too early.
const AT_MOST_EVERY_MS = 3_300;
const AGAIN_MS = 700;
const LOOKING_EVERY_MS = 5_000;

const keyOf = ({ kind, agent }: { kind: string; agent?: { id: string } | null }) => agent?.id ?? kind;

/** Who types or looks at the conversation, and the word to the others that we look at it too. */
export function useTypingPeople(conversationId: string, newest: () => Message | undefined): Ref<Person[]> {
  const people = ref<Person[]>([]);
  const ended = endedTypists();
  const believed = (person: Person): Person => ({ ...person, isTyping: ended.isTyping(keyOf(person.actor), person.isTyping) });
  watch(newest, (message) => {
    const author = people.value.find((person) => person.isTyping && message?.kind === 'TEXT' && keyOf(person.actor) === keyOf(message.author));
    if (!author) return;
    ended.end(keyOf(author.actor));
    people.value = people.value.map(believed);
  });
  const stream = followState(TypingChangedDocument, { conversationId }, (data) => data.typingChanged, {
    apply: (event) => { people.value = event.people.map(believed); },
    onLost: () => { people.value = []; },
    silenceMs: null,
  });
  const look = () => { if (document.visibilityState === 'visible') void say(conversationId, false, false); };
  look();
  const timer = setInterval(look, LOOKING_EVERY_MS);
  onUnmounted(() => {
    clearInterval(timer);
    stream.stop();
  });
  return people;
}

let lastAt = 0;
let typingUntil = 0;
let late: ReturnType<typeof setTimeout> | undefined;
/** Grows with each message that went out: what was to be told before it is stale. */
let turn = 0;

/** Tells the others at most once in 3 s; looking never talks over typing. */
async function say(conversationId: string, isTyping: boolean, isNote: boolean): Promise<void> {
  const now = Date.now();
  if (now - lastAt < AT_MOST_EVERY_MS || (!isTyping && now < typingUntil)) return;
  lastAt = now;
  if (isTyping) typingUntil = now + AT_MOST_EVERY_MS;
  const before = turn;
  const answer = await useCareline().api.mutate(SetTypingDocument, { input: { conversationId, isTyping, isNote } }).catch(() => null);
  if (!isTyping || turn !== before || answer?.setTyping.isAccepted !== false) return;
  // The server counts its 3 s from when the last word arrived, which may be later than it was sent.
  lastAt = 0;
  late = setTimeout(() => { void say(conversationId, true, isNote); }, AGAIN_MS);
}

/** Called with every key in the composer; keys within the quiet 3 s are told at their end. */
export function sayTyping(conversationId: string, isNote: boolean): void {
  clearTimeout(late);
  late = setTimeout(() => { void say(conversationId, true, isNote); }, Math.max(0, lastAt + AT_MOST_EVERY_MS - Date.now()));
}

/** The words went out: nothing is left to tell. */
export function endTyping(): void {
  turn += 1;
  clearTimeout(late);
}
