import { auditRecorded } from '@careline/schema/events';
import { on, type Handler } from '@careline/kit/events';
import { recordEntry } from './record-entry.ts';

/** Chains what every subgraph records of administrative acts. */
export const auditHandlers: Handler[] = [
  on(auditRecorded, ({ at, data }, tx) => recordEntry(tx, {
    id: data.entryId, at, actorKind: data.actorKind, actorId: data.actorId, verb: data.verb,
    subjectId: data.subjectId, requestId: data.requestId, sealed: data.sealed,
  })),
];
