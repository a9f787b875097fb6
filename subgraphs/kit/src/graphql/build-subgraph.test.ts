import { execute, parse, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { roomsResolvers, roomsSdl } from '../testing/rooms.fixture.ts';
import { buildSubgraph, fieldsOf, unansweredRoots } from './index.ts';

const build = (change: (sdl: string) => string = (sdl) => sdl, resolvers: object = roomsResolvers) => buildSubgraph('tickets', resolvers as never, change(roomsSdl));

describe('buildSubgraph', () => {
  it('refuses to start with a root field that declares no permission', () => {
    for (const root of ['Query', 'Mutation', 'Subscription']) {
      expect(() => build((sdl) => sdl.replace(`type ${root} {`, `type ${root} { open: Int `))).toThrow(`${root}.open declares neither or both`);
    }
    expect(() => build((sdl) => sdl.replace('broken: Int @public(reason: "test")', 'broken: Int @public(reason: "test") @allow(permission: "role:write", scope: "ALL")'))).toThrow('Query.broken');
  });

  it('refuses resolvers that belong to nothing', () => {
    expect(() => build(undefined, { ...roomsResolvers, Romm: {} })).toThrow('Romm');
    expect(() => build(undefined, { ...roomsResolvers, Query: { ...roomsResolvers.Query, rooom: () => 1 } })).toThrow('Query.rooom');
  });

  it('knows which root fields nothing answers', () => {
    const { broken, ...rest } = roomsResolvers.Query;
    expect(unansweredRoots(build())).toEqual([]);
    expect(unansweredRoots(build(undefined, { ...roomsResolvers, Query: rest })), String(broken)).toEqual(['Query.broken']);
  });

  it('answers entities and its SDL to the router', async () => {
    const schema = build(undefined, { ...roomsResolvers, Room: { ...roomsResolvers.Room, __resolveReference: ({ id }: { id: string }) => ({ id, name: `room ${id}`, openedAt: 0 }) } });
    expect(printSchema(schema)).toContain('_service');
    const document = parse('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Room { name openedAt } } _service { sdl } }');
    const { data, errors } = await execute({ schema, document, variableValues: { r: [{ __typename: 'Room', id: '7' }] }, contextValue: {} });
    expect([errors, data!._entities]).toEqual([undefined, [{ name: 'room 7', openedAt: '1970-01-01T00:00:00.000Z' }]]);
  });

  it('tells a resolver which fields were asked for, through fragments and nesting', async () => {
    let fields: Set<string> | undefined;
    const schema = build(undefined, { ...roomsResolvers, Query: { ...roomsResolvers.Query, rooms: (_r: unknown, _a: unknown, _c: unknown, info: never) => ((fields = fieldsOf(info)), null) } });
    await execute({ schema, document: parse('{ rooms(first: 1) { ...page nodes { n: name } ... { totalCount } } } fragment page on RoomConnection { pageInfo { hasNextPage } }'), contextValue: {} });
    expect([...fields!].sort()).toEqual(['nodes', 'nodes.name', 'pageInfo', 'pageInfo.hasNextPage', 'totalCount']);
  });
});
