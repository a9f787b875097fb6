import { ConfigError } from '../config/index.ts';
import { readDatabaseFacts } from '../db/index.ts';
import type { Logger } from '../observe/index.ts';

interface DatabaseToCheck {
  url: string;
  isProduction: boolean;
  isWeakAllowed: boolean;
}

/**
 * Writes into the log which database this is. Throws ConfigError for one that a power cut may rob of answered
 * commits, in production and unless that is allowed; elsewhere it is only warned of.
 */
export async function checkDatabase({ url, isProduction, isWeakAllowed }: DatabaseToCheck, log: Logger): Promise<void> {
  const { engine, weaknesses } = await readDatabaseFacts(url);
  log.info({ engine }, 'database');
  if (weaknesses.length === 0) return;
  if (isProduction && !isWeakAllowed) {
    throw new ConfigError([...weaknesses.map((weakness) => `DATABASE_URL: ${weakness}`), 'CARELINE_WEAK_COMMITS: set it to 1 to accept that a power cut may undo confirmed messages']);
  }
  log.warn({ engine, weaknesses }, 'a power cut may undo messages that were confirmed as sent');
}
