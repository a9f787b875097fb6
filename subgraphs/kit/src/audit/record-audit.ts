import { auditRecorded } from '@careline/schema/events';
import { dataKeyOf, type Keyring } from '../crypto/index.ts';
import { newId, type Tx } from '../db/index.ts';
import { appendEvent } from '../events/index.ts';
import type { BaseContext } from '../graphql/index.ts';

export interface AuditInput {
  /** The permission used, e.g. `role:write`. */
  verb: string;
  /** What was changed; null when it has no id. */
  subjectId: string | null;
  before?: unknown;
  after?: unknown;
  /** What the person gave as the reason. */
  reason?: string | null;
}

/** The part of an entry that may hold personal data and is therefore sealed. */
export interface AuditDetails {
  before: unknown;
  after: unknown;
  reason: string | null;
  address: string | null;
  device: string | null;
  actorName: string | null;
}

const placeOf = (entryId: string) => `audit_entries|sealed|${entryId}`;

/**
 * Leaves an audit entry of what the caller does, in the transaction that does it: no entry, no deed.
 * Returns the entry's id; analytics stores and chains it when the event arrives.
 */
export async function recordAudit(
  tx: Tx, ctx: Pick<BaseContext, 'viewer' | 'requestId' | 'address' | 'device' | 'clock' | 'keyring'>, input: AuditInput,
): Promise<string> {
  const entryId = newId('aud');
  const identity = ctx.viewer.identity;
  const details: AuditDetails = {
    before: input.before ?? null, after: input.after ?? null, reason: input.reason ?? null,
    address: ctx.address, device: ctx.device, actorName: identity?.name ?? null,
  };
  await appendEvent(tx, auditRecorded.make(input.subjectId ?? entryId, {
    entryId, verb: input.verb, subjectId: input.subjectId,
    actorKind: identity?.kind ?? 'SYSTEM', actorId: identity?.id ?? null, requestId: ctx.requestId,
    sealed: dataKeyOf(ctx.keyring.secret('audit')).seal(placeOf(entryId), JSON.stringify(details)).toString('base64'),
  }), ctx.clock.now());
  return entryId;
}

/** The sealed part of an audit entry in clear. Throws when it belongs to another entry or was changed. */
export function openAudit(keyring: Keyring, entryId: string, sealed: string): AuditDetails {
  return JSON.parse(dataKeyOf(keyring.secret('audit')).open(placeOf(entryId), Buffer.from(sealed, 'base64'))) as AuditDetails;
}
