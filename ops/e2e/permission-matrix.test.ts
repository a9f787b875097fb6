import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { systemIdentity } from '@careline/kit/auth';
import { defaultGrants, permissionCatalogue, roleKeys, SUBGRAPH_NAMES, type RoleKey, type SubgraphName } from '@careline/schema';
import { getDirective } from '@graphql-tools/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dummyOperation } from './dummy-document.ts';
import { EVERYTHING } from './everything.ts';

let world: World;
beforeAll(async () => {
  world = await createTestWorld(EVERYTHING);
});
afterAll(() => world?.close());

type Kind = 'query' | 'mutation' | 'subscription';
type Verdict = 'allowed' | 'UNAUTHENTICATED' | 'FORBIDDEN';

interface Case {
  subgraph: SubgraphName;
  kind: Kind;
  name: string;
  permission: string | null;
  scope: string | null;
}

function rootsOf(subgraph: SubgraphName): Case[] {
  const { schema } = world.subgraphs[subgraph]!;
  const kinds = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() };
  return Object.entries(kinds).flatMap(([kind, type]) => Object.values(type?.getFields() ?? {}).filter((field) => !field.name.startsWith('_')).map((field) => {
    const allow = getDirective(schema, field, 'allow')?.[0];
    return { subgraph, kind: kind as Kind, name: field.name, permission: allow?.permission ?? null, scope: allow?.scope ?? null };
  }));
}

function identityOf(role: RoleKey | 'nobody') {
  if (role === 'nobody') return null;
  if (role === 'customer') return customerIdentity();
  if (role === 'service') return systemIdentity('test', world.clock.now());
  return agentIdentity({ role });
}

/** What the catalogue says, read by a rule of its own, not by the code under test. */
function expected(one: Case, role: RoleKey | 'nobody'): Verdict {
  if (!one.permission) return 'allowed';
  if (role === 'nobody') return 'UNAUTHENTICATED';
  const scope = permissionCatalogue.find((entry) => entry.name === one.permission)?.defaults[role];
  return scope && (one.scope !== 'ALL' || scope === 'all') ? 'allowed' : 'FORBIDDEN';
}

async function verdict(one: Case, role: RoleKey | 'nobody'): Promise<Verdict> {
  const { schema } = world.subgraphs[one.subgraph]!;
  const type = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }[one.kind]!;
  const { document, variables } = dummyOperation(one.kind, type.getFields()[one.name]! as never);
  const code = one.kind === 'subscription' ? await subscriptionCode(one, document, variables, role) : (await world.execute(one.subgraph, document, variables, identityOf(role))).errors?.[0]?.extensions.code;
  // With arguments of no meaning a verb that was let through may still find nothing, or refuse what it was given.
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' ? code : 'allowed';
}

async function subscriptionCode(one: Case, document: string, variables: Record<string, unknown>, role: RoleKey | 'nobody'): Promise<unknown> {
  try {
    const stream = await world.subscribe(one.subgraph, document, variables, identityOf(role));
    await stream.return?.();
    return null;
  } catch (error) {
    return (error as { extensions?: { code?: string } }).extensions?.code;
  }
}

describe('every root field of the schema, as every role', () => {
  it.each(SUBGRAPH_NAMES)('of %s lets in whom the catalogue lets in, and nobody else', async (subgraph) => {
    const unexpected: string[] = [];
    let checked = 0;
    for (const one of rootsOf(subgraph)) {
      // Open by design: these make the identity, and their own tests say what they refuse.
      if (!one.permission) continue;
      for (const role of [...roleKeys, 'nobody'] as const) {
        const [want, got] = [expected(one, role), await verdict(one, role)];
        // A verb may refuse by FORBIDDEN what the object check finds; it may never let in whom the catalogue keeps out.
        // An inbox belongs to an agent: who is none has no use for it.
        if (one.name === 'inboxChanged' && (role === 'customer' || role === 'service') && got === 'FORBIDDEN') continue;
        const isFine = want === got || (want === 'allowed' && got === 'FORBIDDEN' && ['OBJECT', 'SELF'].includes(one.scope!));
        if (!isFine) unexpected.push(`${one.kind} ${one.name} as ${role}: ${got}, the catalogue says ${want}`);
        checked += 1;
      }
    }
    expect(unexpected).toEqual([]);
    expect(checked).toBeGreaterThan(20);
  }, 60_000);

  it('declares a permission of the catalogue, or why it is open', () => {
    const names = new Set(permissionCatalogue.map((entry) => entry.name));
    const unknown = SUBGRAPH_NAMES.flatMap(rootsOf).filter((one) => one.permission && !names.has(one.permission));
    expect(unknown).toEqual([]);
  });

  it('is closed to a role without grants', async () => {
    const nobodyAtWork = agentIdentity({ grants: {} });
    const { document, variables } = dummyOperation('query', world.subgraphs.conversations!.schema.getQueryType()!.getFields().conversations! as never);
    const { errors } = await world.execute('conversations', document, variables, nobodyAtWork);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(Object.keys(defaultGrants('analyst'))).not.toContain('message:send');
  });
});
