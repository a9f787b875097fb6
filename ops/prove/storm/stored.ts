import { createConnection } from 'mysql2/promise';
import { binaryToId } from '@careline/kit/db';
import type { Shown } from './orders.ts';

/** Streams whose visitor has not seen exactly what the table holds for a visitor: all of it, once and in order. */
export async function notCurrent(databasePrefix: string, shown: readonly Shown[]): Promise<string[]> {
  const connection = await createConnection({ uri: process.env.TEST_DATABASE_URL!, database: `${databasePrefix}_conversations` });
  const [rows] = await connection.query("SELECT conversation_id AS id, MAX(seq) AS last, COUNT(*) AS count FROM messages WHERE visibility = 'PUBLIC' GROUP BY conversation_id");
  await connection.end();
  const stored = new Map((rows as { id: Buffer; last: number; count: number }[]).map((row) => [binaryToId('cnv', row.id), row]));
  return shown.filter(({ conversationId, lastSeq, messages, disordered }) => {
    const row = stored.get(conversationId);
    return !row || Number(row.last) !== lastSeq || Number(row.count) !== messages || disordered > 0;
  }).map((one) => one.conversationId);
}
