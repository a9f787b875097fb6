import { idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, desc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm';
import { accessTokens, passwordLinks, refreshTokens, signIns } from './agent.tables.ts';

export type SignInRow = typeof signIns.$inferSelect;
export type RefreshTokenRow = typeof refreshTokens.$inferSelect;
export type AccessTokenRow = typeof accessTokens.$inferSelect;
export type PasswordLinkRow = typeof passwordLinks.$inferSelect;

export async function insertSignIn(tx: Tx, row: SignInRow): Promise<void> {
  await tx.orm.insert(signIns).values(row);
}

export async function selectSignIn(q: Queryable, id: string): Promise<SignInRow | null> {
  return (await q.orm.select().from(signIns).where(eq(signIns.id, id)))[0] ?? null;
}

/** The sign-in, locked: its tokens are exchanged one after the other. */
export async function lockSignIn(tx: Tx, id: string): Promise<SignInRow | null> {
  return (await tx.orm.select().from(signIns).where(eq(signIns.id, id)).for('update'))[0] ?? null;
}

export async function touchSignIn(tx: Tx, id: string, changes: Partial<SignInRow>): Promise<void> {
  await tx.orm.update(signIns).set(changes).where(eq(signIns.id, id));
}

/** Ends one sign-in. False when it had ended before. */
export async function endSignInRow(tx: Tx, id: string, now: number): Promise<boolean> {
  const written = await tx.execute('/* endSignIn */ UPDATE sign_ins SET ended_at = ? WHERE id = ? AND ended_at IS NULL', [toSqlInstant(now), idToBinary(id)]);
  return written.affectedRows === 1;
}

/** Ends all sign-ins of an agent but one. */
export async function endSignInsOf(tx: Tx, agentId: string, exceptId: string | null, now: number): Promise<void> {
  await tx.orm.update(signIns).set({ endedAt: now })
    .where(and(eq(signIns.agentId, agentId), isNull(signIns.endedAt), exceptId ? ne(signIns.id, exceptId) : undefined));
}

export async function countAliveSignIns(q: Queryable, agentId: string, now: number): Promise<number> {
  const alive = and(eq(signIns.agentId, agentId), isNull(signIns.endedAt), gt(signIns.expiresAt, now));
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(signIns).where(alive))[0]!.count;
}

/** Alive sign-ins of one agent, or of all, newest first. */
export async function selectSignInPage(q: Queryable, agentId: string | null, now: number, page: IdPage): Promise<SignInRow[]> {
  return q.orm.select().from(signIns)
    .where(and(agentId ? eq(signIns.agentId, agentId) : undefined, isNull(signIns.endedAt), gt(signIns.expiresAt, now), idAfter(signIns.id, page)))
    .orderBy(page.isBackward ? signIns.id : desc(signIns.id)).limit(page.limit + 1);
}

export type IdPage = Page<'id'>;

/** The keyset condition of lists ordered newest first by id. */
function idAfter(column: typeof signIns.id | typeof accessTokens.id, page: IdPage) {
  if (!page.cursor) return undefined;
  return sql`${column} ${sql.raw(page.isBackward ? '>' : '<')} ${idToBinary(String(page.cursor.id))}`;
}

export async function insertRefreshToken(tx: Tx, row: { tokenHash: Buffer; signInId: string; issuedAt: number }): Promise<void> {
  await tx.orm.insert(refreshTokens).values({ ...row, usedAt: null, voidedAt: null });
}

/** Notes the first use of a refresh token and voids every other one of its sign-in. The caller holds the lock of the sign-in. */
export async function useRefreshToken(tx: Tx, { tokenHash, signInId }: RefreshTokenRow, now: number): Promise<void> {
  await tx.orm.update(refreshTokens).set({ usedAt: now }).where(eq(refreshTokens.tokenHash, tokenHash));
  await tx.orm.update(refreshTokens).set({ voidedAt: now }).where(and(eq(refreshTokens.signInId, signInId), isNull(refreshTokens.voidedAt), ne(refreshTokens.tokenHash, tokenHash)));
}

export async function selectRefreshToken(q: Queryable, tokenHash: Buffer): Promise<RefreshTokenRow | null> {
  return (await q.orm.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash)))[0] ?? null;
}

export async function insertPasswordLink(tx: Tx, row: PasswordLinkRow): Promise<void> {
  await tx.orm.insert(passwordLinks).values(row);
}

export async function selectPasswordLink(q: Queryable, tokenHash: Buffer): Promise<PasswordLinkRow | null> {
  return (await q.orm.select().from(passwordLinks).where(eq(passwordLinks.tokenHash, tokenHash)))[0] ?? null;
}

export async function lockPasswordLink(tx: Tx, tokenHash: Buffer): Promise<PasswordLinkRow | null> {
  return (await tx.orm.select().from(passwordLinks).where(eq(passwordLinks.tokenHash, tokenHash)).for('update'))[0] ?? null;
}

/** Makes every link of the agent useless: a password was set. */
export async function usePasswordLinks(tx: Tx, agentId: string, now: number): Promise<void> {
  await tx.orm.update(passwordLinks).set({ usedAt: now }).where(and(eq(passwordLinks.agentId, agentId), isNull(passwordLinks.usedAt)));
}

/**
 * Counts one try against a subject before the password is looked at, and says how many there now were in its window.
 * Counting first keeps tries made at the same moment from slipping through together.
 */
export async function countAttempt(tx: Tx, subject: Buffer, now: number, rule: { limit: number; windowMs: number }): Promise<number> {
  await tx.execute('/* endAttemptWindow */ DELETE FROM sign_in_attempts WHERE subject_hash = ? AND window_ends_at <= ?', [subject, toSqlInstant(now)]);
  // The window is set before the count is raised, and no more once it is full: tries during a lock-out do not prolong it.
  await tx.execute(
    `/* countAttempt */ INSERT INTO sign_in_attempts (subject_hash, wrong_count, window_ends_at) VALUES (?, 1, ?)
     ON DUPLICATE KEY UPDATE window_ends_at = IF(wrong_count >= ?, window_ends_at, VALUES(window_ends_at)), wrong_count = wrong_count + 1`,
    [subject, toSqlInstant(now + rule.windowMs), rule.limit],
  );
  const [row] = await tx.query<{ wrong_count: number }>('/* readAttempts */ SELECT wrong_count FROM sign_in_attempts WHERE subject_hash = ?', [subject]);
  return row!.wrong_count;
}

export async function forgetAttempts(tx: Tx, subjects: readonly Buffer[]): Promise<void> {
  await tx.query('/* forgetAttempts */ DELETE FROM sign_in_attempts WHERE subject_hash IN (?)', [subjects]);
}

/** Removes what ran out long ago, at most a batch of each. */
export async function dropRunOut(tx: Tx, before: { signIns: number; now: number }): Promise<void> {
  const gone = await tx.orm.select({ id: signIns.id }).from(signIns).where(lt(signIns.expiresAt, before.signIns)).limit(500);
  for (const { id } of gone) {
    await tx.orm.delete(refreshTokens).where(eq(refreshTokens.signInId, id));
    await tx.orm.delete(signIns).where(eq(signIns.id, id));
  }
  await tx.execute('/* dropAttempts */ DELETE FROM sign_in_attempts WHERE window_ends_at < ? LIMIT 1000', [toSqlInstant(before.now)]);
  await tx.execute('/* dropPasswordLinks */ DELETE FROM password_links WHERE expires_at < ? LIMIT 1000', [toSqlInstant(before.signIns)]);
}

export async function insertAccessToken(tx: Tx, row: AccessTokenRow): Promise<void> {
  await tx.orm.insert(accessTokens).values(row);
}

export async function selectAccessToken(q: Queryable, id: string): Promise<AccessTokenRow | null> {
  return (await q.orm.select().from(accessTokens).where(eq(accessTokens.id, id)))[0] ?? null;
}

export async function selectAccessTokenByHash(q: Queryable, hash: Buffer): Promise<AccessTokenRow | null> {
  return (await q.orm.select().from(accessTokens).where(eq(accessTokens.tokenHash, hash)))[0] ?? null;
}

export async function revokeAccessToken(tx: Tx, id: string, now: number): Promise<void> {
  await tx.orm.update(accessTokens).set({ revokedAt: now }).where(and(eq(accessTokens.id, id), isNull(accessTokens.revokedAt)));
}

export async function touchAccessToken(q: Queryable, id: string, now: number): Promise<void> {
  await q.orm.update(accessTokens).set({ lastUsedAt: now }).where(eq(accessTokens.id, id));
}

/** Access tokens of one agent, or of all, newest first. */
export async function selectAccessTokenPage(q: Queryable, agentId: string | null, page: IdPage): Promise<AccessTokenRow[]> {
  return q.orm.select().from(accessTokens).where(and(agentId ? eq(accessTokens.agentId, agentId) : undefined, idAfter(accessTokens.id, page)))
    .orderBy(page.isBackward ? accessTokens.id : desc(accessTokens.id)).limit(page.limit + 1);
}
