import { createHmac } from 'node:crypto';
import { recordAudit } from '@careline/kit/audit';
import { newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { hashSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { API_TOKEN_MAX_MS, firstBeyond } from './agent.rules.ts';
import { announceIdentity } from './begin-sign-in.ts';
import { API_TOKEN_PREFIX } from './identity.ts';
import { readGrants, type GrantInput } from './save-role.ts';
import { insertAccessToken, revokeAccessToken, selectAccessToken, type AccessTokenRow } from './sign-in.store.ts';

export interface IssueToken {
  name: string;
  grants: GrantInput[];
  expiresAt: number;
  idempotencyKey: string;
}

/** Issues a token for an outside program. It may do at most what its issuer may, at the time of each use. */
export async function issueToken(ctx: ConversationsContext, input: IssueToken): Promise<{ accessToken: AccessTokenRow; secret: string }> {
  ctx.viewer.require('token:write');
  const { agentId } = ctx.viewer;
  if (!agentId) throw appError('FORBIDDEN', { internal: 'only agents issue tokens' });
  const { idempotencyKey, ...content } = input;
  return ctx.transaction(async (tx) => {
    const call = { scope: `${ctx.viewer.identity!.id} issueToken`, key: idempotencyKey, input: content };
    const { result } = await withIdempotency(tx, call, async () => ({ tokenId: await make(ctx, tx, agentId, content) }));
    return { accessToken: (await selectAccessToken(tx, result.tokenId))!, secret: secretOf(ctx, result.tokenId) };
  });
}

async function make(ctx: ConversationsContext, tx: Tx, agentId: string, input: Omit<IssueToken, 'idempotencyKey'>): Promise<string> {
  const name = textWithin(input.name, 'name', 1, 60);
  const grants = readGrants(input.grants);
  const beyond = firstBeyond(grants, ctx.viewer.identity!.grants);
  if (beyond) throw refuse('NOT_ALLOWED', 'grants', { zh: `不能授予自己没有的权限：${beyond}。`, en: `You cannot grant what you do not hold: ${beyond}.` });
  const now = ctx.clock.now();
  if (input.expiresAt <= now || input.expiresAt > now + API_TOKEN_MAX_MS) {
    throw refuse('OUT_OF_RANGE', 'expiresAt', { zh: '有效期须在未来 400 天之内。', en: 'The end must lie within the next 400 days.' });
  }
  const id = newId('tok');
  const secret = secretOf(ctx, id);
  await insertAccessToken(tx, {
    id, agentId, name, prefix: secret.slice(0, 8), tokenHash: hashSecret(secret), grants, issuedAt: now, expiresAt: input.expiresAt, lastUsedAt: null, revokedAt: null,
  });
  await recordAudit(tx, ctx, { verb: 'token:write', subjectId: id, after: { name, grants, expiresAt: input.expiresAt } });
  return id;
}

// Derived from the keyring, so that a repeated call gives the same secret although only its hash is kept.
function secretOf(ctx: ConversationsContext, tokenId: string): string {
  return API_TOKEN_PREFIX + createHmac('sha256', ctx.keyring.secret('access-token')).update(`api token|${tokenId}`).digest('base64url');
}

/** Ends an access token at once; repeating it changes nothing. */
export async function revokeToken(ctx: ConversationsContext, input: { tokenId: string }): Promise<AccessTokenRow> {
  ctx.viewer.require('token:write');
  return ctx.transaction(async (tx) => {
    const row = await selectAccessToken(tx, input.tokenId);
    if (!row) throw appError('NOT_FOUND');
    ctx.viewer.requireOn('token:write', { agentIds: [row.agentId] }, 'token:read');
    if (row.revokedAt !== null) return row;
    const now = ctx.clock.now();
    await revokeAccessToken(tx, row.id, now);
    await recordAudit(tx, ctx, { verb: 'token:write', subjectId: row.id, after: { revokedAt: now } });
    announceIdentity(ctx, tx, row.agentId);
    return { ...row, revokedAt: now };
  });
}
