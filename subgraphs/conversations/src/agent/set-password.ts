import { recordAudit } from '@careline/kit/audit';
import { Viewer } from '@careline/kit/auth';
import type { Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { hashSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { openMail } from './agent-mail.ts';
import { passwordFault } from './agent.rules.ts';
import { selectAgents, updateAgentRow, type AgentRow } from './agent.store.ts';
import { settleEndedSignIns } from './begin-sign-in.ts';
import { agentIdentityOf } from './identity.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { admitAttempt, wrongCredentials } from './sign-in.ts';
import { endSignInsOf, forgetAttempts, lockPasswordLink, selectPasswordLink, usePasswordLinks } from './sign-in.store.ts';

export interface SetPassword {
  token?: string | null;
  currentPassword?: string | null;
  newPassword: string;
}

/**
 * Sets a password by the single-use token of a link or by the present password, and ends all other sign-ins.
 * Limited like signIn; of two users of one link exactly one wins.
 */
export async function setPassword(ctx: ConversationsContext, input: SetPassword): Promise<{ changedAt: number }> {
  if (Boolean(input.token) === Boolean(input.currentPassword)) {
    throw refuse('REQUIRED', ['token'], { zh: '请提供链接令牌或当前密码之一。', en: 'Give either the token of the link or the present password.' });
  }
  const proof = input.token ? await byLink(ctx, input.token) : await byPassword(ctx, input.currentPassword!);
  checkPassword(input.newPassword, openMail(ctx, proof.agent), 'newPassword');
  const passwordHash = await hashPassword(input.newPassword);
  const now = ctx.clock.now();
  await ctx.transaction(async (tx) => {
    await proof.confirm(tx);
    await forgetAttempts(tx, [proof.pair]);
    await store(ctx, tx, proof.agent, passwordHash, now);
  });
  return { changedAt: now };
}

interface Proof {
  agent: AgentRow;
  pair: Buffer;
  /** Makes sure, under a lock, that the proof still holds. */
  confirm(tx: Tx): Promise<void>;
}

const runOut = () => refuse('EXPIRED', 'token', { zh: '链接已失效，请联系管理员重新邀请。', en: 'The link has run out or was used. Ask for a new invitation.' });

async function byLink(ctx: ConversationsContext, token: string): Promise<Proof> {
  const { pair } = await admitAttempt(ctx, 'password link');
  const hash = hashSecret(token);
  const link = await selectPasswordLink(ctx.db, hash);
  const [agent] = link ? await selectAgents(ctx.db, [link.agentId]) : [];
  if (!link || !agent?.isEnabled) throw refuse('WRONG_CREDENTIALS', 'token', { zh: '链接无效。', en: 'This link is not valid.' });
  const check = (used: number | null) => {
    if (used !== null || link.expiresAt <= ctx.clock.now()) throw runOut();
  };
  check(link.usedAt);
  return { agent, pair, confirm: async (tx) => check((await lockPasswordLink(tx, hash))?.usedAt ?? null) };
}

async function byPassword(ctx: ConversationsContext, password: string): Promise<Proof> {
  const { identity } = ctx.viewer;
  if (identity?.kind !== 'AGENT') throw appError('UNAUTHENTICATED');
  const { pair } = await admitAttempt(ctx, identity.id);
  const [agent] = await selectAgents(ctx.db, [identity.id]);
  if (!agent || !(await verifyPassword(agent.passwordHash, password))) throw wrongCredentials();
  return { agent, pair, confirm: async () => {} };
}

async function store(ctx: ConversationsContext, tx: Tx, agent: AgentRow, passwordHash: string, now: number): Promise<void> {
  await updateAgentRow(tx, agent.id, { passwordHash });
  await usePasswordLinks(tx, agent.id, now);
  const ownSignIn = ctx.viewer.agentId === agent.id ? ctx.viewer.identity!.signInId : null;
  await endSignInsOf(tx, agent.id, ownSignIn, now);
  await settleEndedSignIns(ctx, tx, agent.id);
  const viewer = new Viewer(await agentIdentityOf(ctx, tx, agent, ownSignIn, 0));
  await recordAudit(tx, { ...ctx, viewer }, { verb: 'agent:set_password', subjectId: agent.id });
}

/** Refuses a password that is too short, too long or easily guessed. */
export function checkPassword(password: string, email: string, field: string): void {
  const fault = passwordFault(password, email);
  if (fault === 'TOO_SHORT') throw refuse(fault, field, { zh: '密码至少 12 个字符。', en: 'A password has at least 12 characters.' });
  if (fault === 'TOO_LONG') throw refuse(fault, field, { zh: '密码最多 200 个字符。', en: 'A password has at most 200 characters.' });
  if (fault) throw refuse(fault, field, { zh: '密码过于简单，请换一个不易猜到的。', en: 'This password is easy to guess. Choose another one.' });
}
