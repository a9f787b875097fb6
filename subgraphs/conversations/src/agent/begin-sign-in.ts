import { Viewer, type Identity } from '@careline/kit/auth';
import { recordAudit } from '@careline/kit/audit';
import { newId, type Tx } from '@careline/kit/db';
import { makeSecret, signBearer } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { ACCESS_TOKEN_MS, SIGN_IN_MS } from './agent.rules.ts';
import type { AgentRow } from './agent.store.ts';
import { agentIdentityOf } from './identity.ts';
import { changePresence } from './presence.ts';
import { countAliveSignIns, insertRefreshToken, insertSignIn } from './sign-in.store.ts';

/** What a device gets when an agent signs in or refreshes. */
export interface SignedIn {
  accessToken: string;
  refreshToken: string;
  expiresAt: number;
  viewer: { identity: Identity };
}

/** Begins a sign-in on the caller's device. Who calls has proved the agent's password or made the agent. */
export async function beginSignIn(ctx: ConversationsContext, tx: Tx, agent: AgentRow): Promise<SignedIn> {
  const now = ctx.clock.now();
  const id = newId('sgn');
  await insertSignIn(tx, {
    id, agentId: agent.id, device: ctx.device ?? 'unknown', addressEnc: sealAddress(ctx, id),
    startedAt: now, lastUsedAt: now, expiresAt: now + SIGN_IN_MS, endedAt: null,
  });
  const issued = await issuePair(ctx, tx, agent, id);
  await recordAudit(tx, { ...ctx, viewer: new Viewer(issued.viewer.identity) }, { verb: 'signin:begin', subjectId: id });
  return issued;
}

/** A fresh access token and the refresh token that follows it. */
export async function issuePair(ctx: ConversationsContext, tx: Tx, agent: AgentRow, signInId: string): Promise<SignedIn> {
  const now = ctx.clock.now();
  const { secret, hash } = makeSecret('clr_');
  await insertRefreshToken(tx, { tokenHash: hash, signInId, issuedAt: now });
  const expiresAt = Math.floor((now + ACCESS_TOKEN_MS) / 1000);
  const accessToken = await signBearer(ctx.keyring, { sub: agent.id, knd: 'AGENT', sid: signInId, exp: expiresAt });
  const identity = await agentIdentityOf(ctx, tx, agent, signInId, expiresAt);
  return { accessToken, refreshToken: secret, expiresAt: expiresAt * 1000, viewer: { identity } };
}

/** What must follow the end of sign-ins: sockets learn of it, and who has none left goes OFFLINE. */
export async function settleEndedSignIns(ctx: ConversationsContext, tx: Tx, agentId: string): Promise<void> {
  if (await countAliveSignIns(tx, agentId, ctx.clock.now()) === 0) await changePresence(ctx, tx, agentId, 'OFFLINE');
  announceIdentity(ctx, tx, agentId);
}

/** Tells the gateways that what an agent may do has changed; they look it up again. */
export function announceIdentity(ctx: ConversationsContext, tx: Tx, agentId: string): void {
  tx.afterCommit(() => ctx.live.publish(`identity:${agentId}`, { agentId }));
}

export function sealAddress(ctx: ConversationsContext, signInId: string): Buffer {
  return ctx.vault.staff.seal(`sign_ins|address|${signInId}`, ctx.address ?? '');
}
