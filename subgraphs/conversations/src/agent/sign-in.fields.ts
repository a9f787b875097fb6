import type { ConversationsContext } from '../context.ts';
import { agentLoaders } from './agent.loaders.ts';
import { maskAddress } from './agent.rules.ts';
import { selectAccessToken, type AccessTokenRow, type SignInRow } from './sign-in.store.ts';

type Ctx = ConversationsContext;

function addressOf(row: SignInRow, ctx: Ctx): string {
  const address = ctx.vault.staff.open(`sign_ins|address|${row.id}`, row.addressEnc);
  const isOwn = row.agentId === ctx.viewer.agentId;
  return isOwn || ctx.viewer.identity?.clearMasks.includes('address') ? address : maskAddress(address);
}

/** Fields of SignIn and AccessToken, and the reader of a token as the caller may see it. */
export const signInFields = {
  readToken: async (ctx: Ctx, id: string): Promise<AccessTokenRow | null> => {
    if (!ctx.viewer.scopeOf('token:read')) return null;
    const row = await selectAccessToken(ctx.db, id);
    return row && ctx.viewer.covers('token:read', { agentIds: [row.agentId] }) ? row : null;
  },
  SignIn: {
    agent: (row: SignInRow, _args: unknown, ctx: Ctx) => ctx.loaders.of(agentLoaders).agent.load(row.agentId),
    address: (row: SignInRow, _args: unknown, ctx: Ctx) => addressOf(row, ctx),
    isCurrent: (row: SignInRow, _args: unknown, ctx: Ctx) => row.id === ctx.viewer.identity?.signInId,
  },
  AccessToken: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => signInFields.readToken(ctx, id),
    grants: (row: AccessTokenRow) => Object.entries(row.grants).map(([permission, scope]) => ({ permission, scope })),
  },
};
