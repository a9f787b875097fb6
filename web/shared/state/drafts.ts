import { defineStore } from 'pinia';
import { reactive } from 'vue';
import { SaveDraftDocument, type Visibility } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';
import { useInbox } from './inbox.ts';
import type { Row } from './rows.ts';

/** A file that is uploaded and waits for its message. */
export interface Attached {
  attachmentId: string;
  fileName: string;
  bytes: number;
  contentType: string;
}

export interface Draft {
  text: string;
  visibility: Visibility;
  /** Files already uploaded. Names are known only to the device that sent them. */
  attachments: Attached[];
  /** When it was typed, on this device or another one. */
  typedAt: string;
  /** Where its last word is kept. */
  place: 'device' | 'server';
}

type ServedDraft = NonNullable<Row['draft']>;

const SERVER_AFTER_MS = 500;
const keyOf = (agentId: string, conversationId: string) => `careline.draft.${agentId}.${conversationId}`;

/** What this device keeps under a key; null: nothing, or nothing readable. */
export function readDevice<Kept>(key: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

/** Keeps a draft on this device; null or an empty one is forgotten. */
export function keepOnDevice(key: string, draft: Pick<Draft, 'text' | 'attachments'> | null): void {
  try {
    if (draft && (draft.text || draft.attachments.length > 0)) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch { /* A full device keeps the draft on screen. */ }
}

/** Whether the server's text is to be believed instead: this device had given it all it knew, and another one went on. */
function isOvertaken(local: Draft, served: ServedDraft): boolean {
  return local.place === 'server' && served.savedAt > local.typedAt && (served.text !== local.text || served.visibility !== local.visibility);
}

/** What is typed and not sent: on the device with every key, on the server half a second later. */
export const useDrafts = defineStore('drafts', () => {
  const drafts = reactive(new Map<string, Draft>());
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let agentId = '';

  function start(id: string): void {
    agentId = id;
    drafts.clear();
  }

  /** The newest text of device and server. */
  function open(row: Row): Draft | null {
    const key = keyOf(agentId, row.id);
    const served = row.draft;
    const kept = drafts.get(row.id) ?? readDevice<Draft>(key);
    // After a reload the row is fresh: what the server had and has no more was sent or cleared on another device.
    const isSpent = kept?.place === 'server' && !drafts.has(row.id) && !served && kept.attachments.length === 0;
    const local = isSpent ? null : kept;
    const draft: Draft | null = served && (!local || isOvertaken(local, served))
      ? { text: served.text, visibility: served.visibility, attachments: [], typedAt: served.savedAt, place: 'server' }
      : local;
    if (draft) drafts.set(row.id, draft);
    else keepOnDevice(key, null);
    return draft;
  }

  function type(conversationId: string, text: string, visibility: Visibility, attachments: Attached[]): void {
    const draft: Draft = { text, visibility, attachments, typedAt: new Date().toISOString(), place: 'device' };
    drafts.set(conversationId, draft);
    keepOnDevice(keyOf(agentId, conversationId), draft);
    clearTimeout(timers.get(conversationId));
    timers.set(conversationId, setTimeout(() => { void save(conversationId); }, SERVER_AFTER_MS));
  }

  /** Sends the draft to the server now; on leaving nothing waits for the timer. */
  async function save(conversationId: string): Promise<void> {
    clearTimeout(timers.get(conversationId));
    const draft = drafts.get(conversationId);
    if (!draft || draft.place === 'server') return;
    const { text, visibility, typedAt } = draft;
    const attachmentIds = draft.attachments.map((file) => file.attachmentId);
    try {
      await useCareline().api.mutate(SaveDraftDocument, { input: { conversationId, text, visibility, attachmentIds, typedAt } });
    } catch {
      return;
    }
    const now = drafts.get(conversationId);
    if (now?.typedAt !== typedAt) return;
    now.place = 'server';
    keepOnDevice(keyOf(agentId, conversationId), now);
    useInbox().patch(conversationId, { draft: text ? { __typename: 'Draft', text, visibility, savedAt: typedAt } : null });
  }

  /** The text went out as a message. A reply takes the server's draft with it, a note does not. */
  function clear(conversationId: string, isServerCleared: boolean): void {
    if (isServerCleared) {
      clearTimeout(timers.get(conversationId));
      drafts.delete(conversationId);
      localStorage.removeItem(keyOf(agentId, conversationId));
      useInbox().patch(conversationId, { draft: null });
    } else {
      type(conversationId, '', 'INTERNAL', []);
    }
  }

  return { drafts, start, open, type, save, clear };
});
