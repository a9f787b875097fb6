import { ref, type Ref } from 'vue';
import setTypingDocument from '../../../../schema/operations/set-typing.graphql?raw';
import typingChangedDocument from '../../../../schema/operations/typing-changed.graphql?raw';
import { lossy } from '../../../shared/graphql/live.ts';
import { endedTypists } from '../../../shared/state/typing.ts';
import type { VisitorApi } from '../../api.ts';
import { subscribe } from './follow.ts';
import type { VisitorConversation } from './types.ts';

// The server takes one in 3 s: a little more, or every second one would come too early.
const TELL_EVERY_MS = 3_300;
const FORGET_AFTER_MS = 7_000;

interface TypingEvent {
  people: { name: string; isTyping: boolean; isNote: boolean }[];
}

/** Who types at the other end, and telling the other end that the visitor types. Lossy both ways. */
export function useTyping(api: VisitorApi, conversation: Ref<VisitorConversation | null>) {
  const name = ref<string | null>(null);
  const ended = endedTypists();
  let toldAt = 0;
  let stream: { stop(): void } | null = null;
  let forget: ReturnType<typeof setTimeout> | undefined;

  function follow(conversationId: string): void {
    stream?.stop();
    stream = lossy<TypingEvent>({
      source: (sink) => subscribe(api, typingChangedDocument, { conversationId }, 'typingChanged', sink),
      apply: ({ people }) => {
        const typist = people.find((person) => person.isTyping);
        name.value = ended.isTyping('agent', Boolean(typist)) ? typist!.name : null;
        clearTimeout(forget);
        forget = setTimeout(() => (name.value = null), FORGET_AFTER_MS);
      },
      silenceMs: null,
      onLost: () => (name.value = null),
    });
  }

  async function tell(isTyping: boolean): Promise<void> {
    if (!conversation.value || conversation.value.state === 'CLOSED') return;
    await api.request(setTypingDocument, { input: { conversationId: conversation.value.id, isTyping } }).catch(() => {});
  }

  return {
    name,
    follow,
    /** The words that were being typed are here. */
    arrived(): void {
      if (name.value === null) return;
      ended.end('agent');
      name.value = null;
    },
    typed(): void {
      if (Date.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = Date.now();
      void tell(true);
    },
    stopped(): void {
      if (toldAt === 0) return;
      toldAt = 0;
      void tell(false);
    },
  };
}
