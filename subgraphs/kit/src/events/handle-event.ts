import { setTimeout as delay } from 'node:timers/promises';
import type { Envelope } from '@careline/schema/events';
import { idToBinary } from '../db/index.ts';
import { AppError, isAway } from '../errors/index.ts';
import { counter, type Logger } from '../observe/index.ts';
import { concernedBy, takeIn, type TakingParts } from './take-in.ts';

export interface HandlingParts extends TakingParts {
  log: Logger;
  /** Whether to pause between tries. */
  isPatient: boolean;
}

const TRIES = 8;
const deadLetters = counter('careline_dead_letters_total', 'Events set aside after failing every try.', ['group', 'type']);

/**
 * Takes one event in by itself: all its handlers in one transaction together with the mark that it was done.
 * After eight failed tries it is set aside as a dead letter. False when something it needs is away
 * (database, another subgraph): then nothing counts as tried and the event must come again.
 */
export async function handleEvent(parts: HandlingParts, envelope: Envelope): Promise<boolean> {
  if (concernedBy(parts.handlers, envelope).length === 0) return true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // An event taken in before is as good as taken in now.
      await takeIn(parts, [envelope]);
      return true;
    } catch (error) {
      if (isAway(error)) {
        parts.log.warn({ err: error, event: envelope.id, type: envelope.type }, 'an event waits for a part that is away');
        return false;
      }
      if (attempt >= TRIES) {
        await setAside(parts, envelope, error);
        return true;
      }
      if (parts.isPatient) await delay(Math.min(25 * 2 ** attempt, 2_000));
    }
  }
}

async function setAside({ db, group, log }: HandlingParts, envelope: Envelope, error: unknown): Promise<void> {
  log.error({ err: error, event: envelope.id, type: envelope.type, group }, 'an event failed every try and was set aside');
  const reason = error instanceof Error ? `${error.name}${error instanceof AppError ? ` ${error.code}` : ''}` : typeof error;
  await db.execute(
    '/* setAside */ INSERT IGNORE INTO dead_letters (event_id, consumer, envelope, reason, tries, failed_at) VALUES (?, ?, ?, ?, ?, NOW(3))',
    [idToBinary(envelope.id), group, JSON.stringify(envelope), reason, TRIES],
  );
  deadLetters.inc({ group, type: envelope.type });
}
