import { createHmac } from 'node:crypto';
import { recordAudit } from '@careline/kit/audit';
import type { Keyring } from '@careline/kit/crypto';
import { isDuplicate, newId, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { ConversationsContext, Runtime } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { isTimeZoneName } from '../time-zone.rules.ts';
import { sealMail } from './agent-mail.ts';
import { insertAgent, insertOrganisation, insertTeam, replaceTeams, selectOrganisation, type AgentRow } from './agent.store.ts';
import { beginSignIn, type SignedIn } from './begin-sign-in.ts';
import { storeBuiltInRoles } from './built-in-roles.ts';
import { nameKeys } from './name-keys.ts';
import { hashPassword } from './password.ts';
import { checkPassword } from './set-password.ts';
import { replaceRoles, selectRoleByKey } from './role.store.ts';
import { admitAttempt } from './sign-in.ts';

export interface SetUp {
  code?: string | null;
  organisationName: string;
  timeZone: string;
  displayName: string;
  email: string;
  password: string;
}

/** The code that lets somebody on another machine set the system up; printed while there is no agent. */
export function setUpCode(keyring: Keyring): string {
  const digits = createHmac('sha256', keyring.secret('access-token')).update('set-up code').digest('hex').toUpperCase();
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8, 12)}`;
}

/** Prints the set-up code as long as nobody has set the system up. */
export async function announceSetUp(runtime: Runtime): Promise<void> {
  if (await selectOrganisation(runtime.db)) return;
  runtime.log.info({ setUpCode: setUpCode(runtime.keyring) }, 'There is no agent yet. Set the system up from this machine, or with this code.');
}

const isOwnMachine = (address: string | null) => address === null || /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);

/**
 * Makes the organisation, its first administrator, the built-in roles and the team `supervisor_group`, then lets other
 * modules add their defaults, all or nothing. Of two callers one wins; afterwards it is WRONG_STATE for ever.
 */
export async function setUp(ctx: ConversationsContext, input: SetUp): Promise<SignedIn> {
  const over = refuse('WRONG_STATE', null, { zh: '系统已完成初始化，请登录。', en: 'The system is already set up. Sign in.' });
  if (await selectOrganisation(ctx.db)) throw over;
  await admitCaller(ctx, input.code);
  const facts = readInput(input);
  const passwordHash = await hashPassword(input.password);
  try {
    return await ctx.transaction((tx) => make(ctx, tx, { ...facts, email: input.email, passwordHash }));
  } catch (error) {
    throw isDuplicate(error) ? over : error;
  }
}

async function admitCaller(ctx: ConversationsContext, code: string | null | undefined): Promise<void> {
  if (isOwnMachine(ctx.address)) return;
  await admitAttempt(ctx, 'set-up');
  if (code?.trim().toUpperCase() === setUpCode(ctx.keyring)) return;
  throw refuse('WRONG_CREDENTIALS', 'code', { zh: '请输入首次启动时显示的初始化代码。', en: 'Enter the set-up code that was printed at the first start.' });
}

function readInput(input: SetUp) {
  if (!isTimeZoneName(input.timeZone)) throw refuse('INVALID', 'timeZone', { zh: '时区无效。', en: 'This time zone does not exist.' });
  checkPassword(input.password, input.email, 'password');
  return {
    organisationName: textWithin(input.organisationName, 'organisationName', 1, 100),
    displayName: textWithin(input.displayName, 'displayName', 1, 60),
    timeZone: input.timeZone,
  };
}

async function make(ctx: ConversationsContext, tx: Tx, facts: ReturnType<typeof readInput> & { email: string; passwordHash: string }): Promise<SignedIn> {
  const now = ctx.clock.now();
  await insertOrganisation(tx, { name: facts.organisationName, timeZone: facts.timeZone, setUpAt: now });
  await storeBuiltInRoles(tx);
  const teamId = newId('tem');
  await insertTeam(tx, { id: teamId, name: '客服主管组', key: 'supervisor_group', capacity: null, createdAt: now });
  const agent = newAgent(ctx, { displayName: facts.displayName, email: facts.email, passwordHash: facts.passwordHash });
  await insertAgent(tx, agent);
  await replaceTeams(tx, agent.id, [teamId]);
  await replaceRoles(tx, agent.id, [(await selectRoleByKey(tx, 'admin'))!.id]);
  await recordAudit(tx, ctx.runtime.system('set-up'), { verb: 'agent:write', subjectId: agent.id, after: { isFirstAdministrator: true } });
  for (const add of ctx.deps.onSetUp) await add(ctx, tx, { organisationName: facts.organisationName, agentId: agent.id, supervisorTeamId: teamId });
  return beginSignIn(ctx, tx, agent);
}

/** The row of an agent who did not exist before. Refuses what is no mail address. */
export function newAgent(ctx: ConversationsContext, facts: { displayName: string; email: string; passwordHash: string | null }): AgentRow {
  const id = newId('agt');
  const mail = sealMail(ctx, id, facts.email);
  if (!mail) throw refuse('INVALID', 'email', { zh: '邮箱地址格式不正确。', en: 'This is not a mail address.' });
  return {
    id, displayName: facts.displayName, publicName: null, nameKeys: nameKeys(facts.displayName), avatarUrl: null,
    emailBidx: mail.emailBidx, emailEnc: mail.emailEnc, passwordHash: facts.passwordHash, isEnabled: true, skills: [], capacity: 5,
    version: 1, createdAt: ctx.clock.now(),
  };
}
