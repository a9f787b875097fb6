import { fieldsOf, parsePage, payload, savePayload, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { ConversationsContext, NodeReader } from '../context.ts';
import { agentLoaders } from './agent.loaders.ts';
import { openMail } from './agent-mail.ts';
import type { AgentRow, TeamRow } from './agent.store.ts';
import type { Grants, Presence } from './agent.tables.ts';
import { publicNameOf } from './agent.facts.ts';
import { changeRole } from './change-role.ts';
import { createAgent, type CreateAgent } from './create-agent.ts';
import { endSignIn, signOut } from './end-sign-in.ts';
import { readIdentity } from './identity.ts';
import { issueToken, revokeToken, type IssueToken } from './issue-token.ts';
import { listAgents, listMembers, listTeams, type AgentFilter } from './list-agents.ts';
import { listAccessTokens, listRoles, listSignIns, readPermissions } from './list-sign-ins.ts';
import { openPresence } from './presence-stream.ts';
import { refreshSignIn } from './refresh-sign-in.ts';
import { resetPassword } from './reset-password.ts';
import type { RoleRow } from './role.store.ts';
import { saveRole, type SaveRole } from './save-role.ts';
import { saveSettings } from './save-settings.ts';
import { saveTeam, type SaveTeam } from './save-team.ts';
import { setPassword, type SetPassword } from './set-password.ts';
import { setPresence } from './set-presence.ts';
import { setUp, type SetUp } from './set-up.ts';
import { signIn } from './sign-in.ts';
import { signInFields } from './sign-in.fields.ts';
import { updateAgent, type UpdateAgent } from './update-agent.ts';
import { viewerFields } from './viewer.fields.ts';

type Ctx = ConversationsContext;
interface Input<T> {
  input: T;
}

const loaders = (ctx: Ctx) => ctx.loaders.of(agentLoaders);
const canRead = (ctx: Ctx, permission: string) => ctx.viewer.scopeOf(permission) !== null;

/** An agent as the caller may see one: staff see colleagues within their scope, customers see nobody. */
async function readAgent(ctx: Ctx, id: string): Promise<AgentRow | null> {
  const scope = ctx.viewer.scopeOf('agent:read');
  if (!scope) return null;
  const row = await loaders(ctx).agent.load(id);
  if (!row || scope === 'ALL') return row;
  const teamIds = (await loaders(ctx).teamsOf.load(id)).map((team) => team.id);
  return ctx.viewer.covers('agent:read', { agentIds: [id], teamIds }) ? row : null;
}

async function readTeam(ctx: Ctx, id: string): Promise<TeamRow | null> {
  return ctx.viewer.covers('agent:read', { teamIds: [id] }) ? loaders(ctx).team.load(id) : null;
}

async function readRole(ctx: Ctx, id: string): Promise<RoleRow | null> {
  return canRead(ctx, 'role:read') ? loaders(ctx).role.load(id) : null;
}

const typed = (__typename: string, read: NodeReader): NodeReader => async (ctx, id) => {
  const row = await read(ctx, id);
  return row && { __typename, ...row };
};

export const agentNodes: Record<string, NodeReader> = {
  agt: typed('Agent', readAgent),
  tem: typed('Team', readTeam),
  rol: typed('Role', readRole),
  tok: typed('AccessToken', (ctx, id) => signInFields.readToken(ctx, id)),
};

export const grantList = (grants: Grants) => Object.entries(grants).map(([permission, scope]) => ({ permission, scope }));

export const agentResolvers: Record<string, Record<string, unknown>> = {
  Query: {
    viewer: (_: unknown, _args: unknown, ctx: Ctx) => ({ identity: ctx.viewer.identity! }),
    agent: (_: unknown, { id }: { id: string }, ctx: Ctx) => readAgent(ctx, id),
    team: (_: unknown, { id }: { id: string }, ctx: Ctx) => readTeam(ctx, id),
    agents: async (_: unknown, args: PageArgs & { filter?: AgentFilter | null }, ctx: Ctx, info: GraphQLResolveInfo) => {
      const page = parsePage(args, ['name', 'id']);
      const { rows, total } = await listAgents(ctx, args.filter ?? {}, page, fieldsOf(info).has('totalCount'));
      return toConnection(rows, page, (row) => ({ name: row.displayName, id: row.id }), total);
    },
    teams: async (_: unknown, args: PageArgs, ctx: Ctx) => {
      const page = parsePage(args, ['name', 'id']);
      const { rows, total } = await listTeams(ctx, page);
      return toConnection(rows, page, (row) => ({ name: row.name, id: row.id }), total);
    },
    roles: async (_: unknown, args: PageArgs, ctx: Ctx) => {
      const page = parsePage(args, ['isCustom', 'place', 'id']);
      const { rows, total } = await listRoles(ctx, page);
      return toConnection(rows, page, (row) => ({ isCustom: Number(row.isCustom), place: row.place, id: row.id }), total);
    },
    permissions: (_: unknown, _args: unknown, ctx: Ctx) => readPermissions(ctx),
    signIns: async (_: unknown, args: PageArgs & { agentId?: string | null }, ctx: Ctx) => {
      const page = parsePage(args, ['id']);
      return toConnection(await listSignIns(ctx, args.agentId ?? null, page), page, (row) => ({ id: row.id }));
    },
    accessTokens: async (_: unknown, args: PageArgs, ctx: Ctx) => {
      const page = parsePage(args, ['id']);
      return toConnection(await listAccessTokens(ctx, page), page, (row) => ({ id: row.id }));
    },
    identity: (_: unknown, { token }: { token: string }, ctx: Ctx) => readIdentity(ctx, token),
  },
  Mutation: {
    signIn: (_: unknown, { input }: Input<{ name: string; password: string }>, ctx: Ctx) => payload(ctx, () => signIn(ctx, input)),
    setUp: (_: unknown, { input }: Input<SetUp>, ctx: Ctx) => payload(ctx, () => setUp(ctx, input)),
    setPassword: (_: unknown, { input }: Input<SetPassword>, ctx: Ctx) => payload(ctx, () => setPassword(ctx, input)),
    refreshSignIn: (_: unknown, { input }: Input<{ refreshToken?: string | null }>, ctx: Ctx) => payload(ctx, () => refreshSignIn(ctx, input)),
    signOut: (_: unknown, _args: unknown, ctx: Ctx) => payload(ctx, () => signOut(ctx)),
    endSignIn: (_: unknown, { input }: Input<{ signInId: string }>, ctx: Ctx) => payload(ctx, async () => ({ signIn: await endSignIn(ctx, input) })),
    setPresence: (_: unknown, { input }: Input<{ presence: Presence; agentId?: string | null }>, ctx: Ctx) => payload(ctx, async () => ({ agent: await setPresence(ctx, input) })),
    saveSettings: (_: unknown, { input }: Input<Parameters<typeof saveSettings>[1]>, ctx: Ctx) => payload(ctx, async () => ({ settings: await saveSettings(ctx, input) })),
    createAgent: (_: unknown, { input }: Input<CreateAgent>, ctx: Ctx) => payload(ctx, () => createAgent(ctx, input)),
    resetPassword: (_: unknown, { input }: Input<{ agentId: string }>, ctx: Ctx) => payload(ctx, () => resetPassword(ctx, input)),
    updateAgent: (_: unknown, { input }: Input<UpdateAgent>, ctx: Ctx) => payload(ctx, async () => ({ agent: await updateAgent(ctx, input) })),
    saveTeam: (_: unknown, { input }: Input<SaveTeam>, ctx: Ctx) => savePayload(ctx, input, (on) => saveTeam(on, input), (team) => ({ team })),
    saveRole: (_: unknown, { input }: Input<SaveRole>, ctx: Ctx) => savePayload(ctx, input, (on) => saveRole(on, input), (role) => ({ role })),
    changeRole: (_: unknown, { input }: Input<{ agentId: string; roleIds: string[] }>, ctx: Ctx) => payload(ctx, async () => ({ agent: await changeRole(ctx, input) })),
    issueToken: (_: unknown, { input }: Input<IssueToken>, ctx: Ctx) => payload(ctx, () => issueToken(ctx, input)),
    revokeToken: (_: unknown, { input }: Input<{ tokenId: string }>, ctx: Ctx) => payload(ctx, async () => ({ accessToken: await revokeToken(ctx, input) })),
  },
  Subscription: {
    presenceChanged: {
      subscribe: (_: unknown, { teamIds }: { teamIds?: string[] | null }, ctx: Ctx) => openPresence(ctx, teamIds ?? null),
      resolve: (event: unknown, _args: unknown, ctx: Ctx) => {
        ctx.loaders.forget();
        return event;
      },
    },
  },
  Viewer: viewerFields,
  Agent: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readAgent(ctx, id),
    publicName: (row: AgentRow) => publicNameOf(row),
    signInName: async (row: AgentRow, _args: unknown, ctx: Ctx) => {
      const teamIds = (await loaders(ctx).teamsOf.load(row.id)).map((team) => team.id);
      return ctx.viewer.covers('agent:write', { agentIds: [row.id], teamIds }) ? openMail(ctx, row) : null;
    },
    roles: (row: AgentRow, _args: unknown, ctx: Ctx) => loaders(ctx).rolesOf.load(row.id),
    teams: (row: AgentRow, _args: unknown, ctx: Ctx) => loaders(ctx).teamsOf.load(row.id),
    presence: async (row: AgentRow, _args: unknown, ctx: Ctx) => (await loaders(ctx).presence.load(row.id)).presence,
    presenceSince: async (row: AgentRow, _args: unknown, ctx: Ctx) => (await loaders(ctx).presence.load(row.id)).since || row.createdAt,
  },
  Team: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readTeam(ctx, id),
    members: async (row: TeamRow, args: PageArgs, ctx: Ctx) => {
      const page = parsePage(args, ['name', 'id']);
      const { rows, total } = await listMembers(ctx, row.id, page);
      return toConnection(rows, page, (member) => ({ name: member.displayName, id: member.id }), total);
    },
    onlineCount: (row: TeamRow, _args: unknown, ctx: Ctx) => loaders(ctx).onlineCount.load(row.id),
  },
  Role: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readRole(ctx, id),
    isBuiltIn: (row: RoleRow) => !row.isCustom,
    grants: (row: RoleRow) => grantList(row.grants),
    agentCount: (row: RoleRow, _args: unknown, ctx: Ctx) => loaders(ctx).holderCount.load(row.id),
  },
  SignIn: signInFields.SignIn,
  AccessToken: signInFields.AccessToken,
  Actor: {
    agent: (actor: { kind: string; id?: string | null }, _args: unknown, ctx: Ctx) => (actor.kind === 'AGENT' && actor.id ? readAgent(ctx, actor.id) : null),
    ruleId: (actor: { kind: string; id?: string | null }) => (actor.kind === 'SYSTEM' || actor.kind === 'API' ? actor.id ?? null : null),
  },
};

