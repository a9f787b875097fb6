import type { Identity } from '@careline/kit/auth';
import type { ConversationsContext } from '../context.ts';
import { customerLoaders } from '../customer/index.ts';
import { agentLoaders } from './agent.loaders.ts';
import { organisationOf } from './organisation.ts';
import { readSettings } from './save-settings.ts';
import { selectAccessToken } from './sign-in.store.ts';

type Ctx = ConversationsContext;
interface Source {
  identity: Identity;
}

/** Fields of Viewer. The identity comes with the object: after a sign-in it is the new one, not the caller's. */
export const viewerFields = {
  kind: ({ identity }: Source) => identity.kind,
  agent: async ({ identity }: Source, _args: unknown, ctx: Ctx) => (identity.kind === 'AGENT' ? ctx.loaders.of(agentLoaders).agent.load(identity.id) : null),
  customer: ({ identity }: Source, _args: unknown, ctx: Ctx) => (identity.kind === 'CUSTOMER' ? ctx.loaders.of(customerLoaders).customer.load(identity.id) : null),
  accessToken: ({ identity }: Source, _args: unknown, ctx: Ctx) => (identity.kind === 'API' ? selectAccessToken(ctx.db, identity.id) : null),
  grants: ({ identity }: Source) => Object.entries(identity.grants).map(([permission, scope]) => ({ permission, scope })),
  settings: ({ identity }: Source, _args: unknown, ctx: Ctx) => (identity.kind === 'AGENT' ? readSettings(ctx.db, identity.id) : null),
  serverTime: (_source: Source, _args: unknown, ctx: Ctx) => ctx.clock.now(),
  timeZone: async (_source: Source, _args: unknown, ctx: Ctx) => (await organisationOf(ctx)).timeZone,
};
