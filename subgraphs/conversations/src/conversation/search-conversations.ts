import type { Connection, PageArgs } from '@careline/kit/graphql';
import { findPage, readWanted, snippetOf, type Hit, type Snippet } from '@careline/kit/search';
import type { ConversationsContext } from '../context.ts';
import { customerKeys } from '../customer/index.ts';
import { seesInternal } from './conversation.rules.ts';
import { readListed, type ListConversations } from './list-conversations.ts';
import { readContent, subjectPlace } from './message-content.ts';
import { messageIndex, SUBJECT_SEQ } from './message-words.ts';
import { selectCandidates, type Candidate } from './search.store.ts';
import type { ConversationRow } from './conversation.types.ts';

export interface SearchConversations extends PageArgs {
  text: string;
  filter?: ListConversations['filter'];
}

export interface ConversationHit extends Hit, Snippet {
  conversation: ConversationRow;
  /** Null: the subject matched. */
  seq: number | null;
}

/**
 * Conversations in whose subject or messages all words stand together, the one with the newest such message first. Of the caller's
 * list only, and of notes only those the caller may read: nobody finds what opening the conversation would not show.
 */
export async function searchConversations(ctx: ConversationsContext, { text, filter, ...page }: SearchConversations): Promise<Connection<ConversationHit>> {
  const { terms, tokens } = readWanted(ctx.keyring, text);
  const listed = await readListed(ctx, filter ?? {});
  return findPage(ctx.db, messageIndex, {
    tokens, page,
    async read(places) {
      const candidates = await selectCandidates(ctx.db, places, listed);
      const hits = await Promise.all(candidates.map((candidate) => readHit(ctx, candidate, terms)));
      return hits.filter((hit) => hit !== null);
    },
  });
}

async function readHit(ctx: ConversationsContext, candidate: Candidate, terms: readonly string[]): Promise<ConversationHit | null> {
  const text = await readText(ctx, candidate);
  const snippet = text === null ? null : snippetOf(text, terms);
  const { place, seq, conversation } = candidate;
  return snippet && { place, ownerId: conversation.id, conversation, seq: seq === SUBJECT_SEQ ? null : seq, ...snippet };
}

/** The text in clear; null for what the caller may not read, and after erasure. */
async function readText(ctx: ConversationsContext, { conversation, message }: Candidate): Promise<string | null> {
  const { id, keyOwnerId, subject } = conversation;
  if (message) {
    if (message.visibility === 'INTERNAL' && !seesInternal(ctx.viewer, conversation)) return null;
    return (await readContent(ctx, { id: message.id, keyOwnerId, content: message.content }))?.text ?? null;
  }
  const key = subject && (await ctx.runtime.parts.of(customerKeys).load(keyOwnerId));
  return key ? key.open(subjectPlace(id), subject) : null;
}
