import type { DataKey } from '@careline/kit/crypto';
import { binaryToId, type Queryable } from '@careline/kit/db';
import { forgetErasedJob, indexEarlierJob, type Indexed } from '@careline/kit/search';
import type { JobSpec, Runtime } from '../context.ts';
import { survivorsOf } from '../customer/index.ts';
import { openContent, subjectPlace } from './message-content.ts';
import { indexed, messageIndex, SUBJECT_SEQ, type Words } from './message-words.ts';
import { selectEarlier, selectSealedBy, type EarlierMessage } from './search.store.ts';

/** The job that makes findable what was written before there was an index; see the kit. */
export function indexEarlierMessages(runtime: Runtime): JobSpec {
  const { db, clock } = runtime;
  return indexEarlierJob({ db, clock, index: messageIndex, read: (q, afterId, limit) => readEarlier(runtime, q, afterId, limit) });
}

/** The job that forgets the words of who was erased; see the kit. */
export function forgetErasedMessages({ db }: Runtime): JobSpec {
  return forgetErasedJob({
    db, index: messageIndex,
    async read(q, keyOwnerIds) {
      const survivors = await survivorsOf(q, keyOwnerIds);
      return selectSealedBy(q, keyOwnerIds, [...new Set([...keyOwnerIds, ...[...survivors.values()].map((customer) => customer.id)])]);
    },
  });
}

async function readEarlier({ vault, keyring }: Runtime, q: Queryable, afterId: Buffer, limit: number): Promise<{ lastId: Buffer | null; texts: Indexed[] }> {
  const rows = await selectEarlier(q, afterId, limit);
  const keys = await vault.keysOf(q, rows.map((row) => row.keyOwnerId));
  const texts = rows.flatMap((row): Words[] => {
    const key = keys.get(row.keyOwnerId);
    return key ? wordsOf(key, row) : [];
  });
  return { lastId: rows.at(-1)?.id ?? null, texts: indexed(keyring, texts) };
}

function wordsOf(key: DataKey, { id, conversationId, seq, content, subject }: EarlierMessage): Words[] {
  return [
    ...(content ? [{ conversationId, seq, text: openContent(key, binaryToId('msg', id), content).text }] : []),
    ...(subject ? [{ conversationId, seq: SUBJECT_SEQ, text: key.open(subjectPlace(conversationId), subject) }] : []),
  ];
}
