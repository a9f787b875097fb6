import { createConnection } from 'mysql2/promise';

/** How many of these client ids the table of messages holds, and how many it holds twice. */
export async function countStored(databasePrefix: string, clientIds: ReadonlySet<string>): Promise<{ found: number; doubled: number }> {
  const connection = await createConnection({ uri: process.env.TEST_DATABASE_URL!, database: `${databasePrefix}_conversations` });
  const [rows] = await connection.query('SELECT client_message_id AS id, COUNT(*) AS times FROM messages WHERE client_message_id IS NOT NULL GROUP BY client_message_id');
  await connection.end();
  const counted = (rows as { id: string; times: number }[]).filter((row) => clientIds.has(row.id));
  return { found: counted.length, doubled: counted.filter((row) => Number(row.times) > 1).length };
}
