import { readFileSync } from 'node:fs';
import { defineEvent } from '@careline/schema/events';
import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import { migrate, newId, openDatabase, type Db } from '../db/index.ts';
import { appError, refuse } from '../errors/index.ts';
import { appendEvent, on, startConsumers, startRelay } from '../events/index.ts';
import { buildSubgraph, createBaseContext, parsePage, payload, toConnection, type BaseContext, type PageArgs, type Subgraph, type SubgraphDeps } from '../graphql/index.ts';
import { startJob } from '../jobs/index.ts';
import { LiveStream } from '../live/index.ts';
import type { Stoppable } from '../time/index.ts';

const shared = readFileSync(new URL('../../../../schema/shared.graphql', import.meta.url), 'utf8');

/** The SDL of a subgraph that is as small as a whole one can be. */
export const roomsSdl = `${shared}
type Agent @key(fields: "id", resolvable: false) { id: ID! }
type Customer @key(fields: "id", resolvable: false) { id: ID! }
type Room @key(fields: "id") { id: ID! name: String! openedAt: DateTime! nth: Int! secret: String @allow(permission: "conversation:inspect", scope: "OBJECT") }
type RoomEdge { cursor: String! node: Room! }
type RoomConnection { edges: [RoomEdge!]! nodes: [Room!]! pageInfo: PageInfo! totalCount: Int }
type OpenRoomPayload { room: Room userErrors: [UserError!]! }
type Query {
  rooms(first: Int, after: String, last: Int, before: String): RoomConnection @public(reason: "test")
  allRooms: Int @allow(permission: "conversation:inspect", scope: "ALL")
  broken: Int @public(reason: "test")
  missing: Int @public(reason: "test")
}
type Mutation { openRoom(name: String!, openedAt: DateTime): OpenRoomPayload! @allow(permission: "conversation:write", scope: "LIST") }
type Subscription { roomOpened: Room @allow(permission: "conversation:read", scope: "LIST") }`;

const roomOpened = defineEvent('tickets', 'room.opened', 1, z.object({ roomId: z.string() }));

interface RoomsContext extends BaseContext {
  /** How many rooms this context was asked about. */
  rooms: number;
  db: Db;
  deps: SubgraphDeps;
}

interface Room {
  id: string;
  name: string;
  openedAt: number;
}

async function openRoom(ctx: RoomsContext, name: string, openedAt: number): Promise<Room> {
  if (name === '') throw refuse('REQUIRED', 'name', { zh: '请填写名称。', en: 'Give a name.' }, { room: null });
  return ctx.db.transaction(async (tx) => {
    const room = { id: newId('rom'), name, openedAt };
    await tx.execute('INSERT INTO rooms VALUES (?, ?, ?)', [room.id, name, openedAt]);
    await appendEvent(tx, roomOpened.make(room.id, { roomId: room.id }), ctx.clock.now());
    await recordAudit(tx, ctx, { verb: 'conversation:write', subjectId: room.id, after: { name } });
    tx.afterCommit(() => ctx.deps.live.publish('rooms', { id: room.id, name, openedAt }));
    return room;
  });
}

async function listRooms(ctx: RoomsContext, args: PageArgs) {
  const page = parsePage(args, ['name']);
  const [compare, order] = page.isBackward ? ['<', 'DESC'] : ['>', 'ASC'];
  const rows = await ctx.db.query<Room>(
    `SELECT id, name, opened_at AS openedAt FROM rooms ${page.cursor ? `WHERE name ${compare} ?` : ''} ORDER BY name ${order} LIMIT ?`,
    [...(page.cursor ? [page.cursor.name] : []), page.limit + 1],
  );
  return toConnection(rows, page, (room) => ({ name: room.name }));
}

export const roomsResolvers = {
  Room: { secret: () => 'only for staff', nth: (_root: unknown, _args: unknown, ctx: RoomsContext) => (ctx.rooms += 1) },
  Query: {
    rooms: (_root: unknown, args: PageArgs, ctx: RoomsContext) => listRooms(ctx, args),
    allRooms: () => 1,
    broken: () => {
      throw new Error('the password is hunter2');
    },
    missing: () => {
      throw appError('NOT_FOUND', { internal: 'hidden' });
    },
  },
  Mutation: {
    openRoom: (_root: unknown, args: { name: string; openedAt?: number }, ctx: RoomsContext) =>
      payload(ctx, async () => ({ room: await openRoom(ctx, args.name, args.openedAt ?? ctx.clock.now()) })),
  },
  Subscription: {
    roomOpened: {
      subscribe: (_root: unknown, _args: unknown, ctx: RoomsContext) => {
        const stream = new LiveStream<unknown>(() => stop());
        const stop = ctx.deps.live.subscribe('rooms', (hint) => stream.push(hint));
        return stream;
      },
      resolve: (hint: unknown) => hint,
    },
  },
};

/** A whole small subgraph: rooms that are opened, counted by a consumer and cleared by a job. */
export async function createRooms(deps: SubgraphDeps): Promise<Subgraph> {
  const db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_tickets`, poolSize: 4, log: deps.log });
  const running: Stoppable[] = [];
  const { clock, log, bus } = deps;
  return {
    name: 'tickets',
    schema: buildSubgraph('tickets', roomsResolvers, roomsSdl),
    routePrefixes: ['/rooms/'],
    createContext: (facts) => ({ ...createBaseContext(deps, facts), db, deps, rooms: 0 }),
    handle: async (req, res, facts) => void res.end(`${req.url} for ${facts.identity?.name ?? 'nobody'}`),
    async migrate() {
      await migrate(db, []);
      await db.execute('CREATE TABLE IF NOT EXISTS rooms (id VARCHAR(40) PRIMARY KEY, name VARCHAR(40) NOT NULL, opened_at BIGINT NOT NULL)');
      await db.execute('CREATE TABLE IF NOT EXISTS seen (id VARCHAR(40) PRIMARY KEY)');
    },
    async startApi() {},
    async startWorker() {
      const handlers = [on(roomOpened, async (event, tx) => void (await tx.execute('INSERT INTO seen VALUES (?)', [event.data.roomId])))];
      running.push(
        startRelay({ db, bus, topic: 'tickets', clock, log, holder: 'test' }),
        startConsumers({ db, bus, group: 'tickets', topics: ['tickets'], handlers, clock, log, holder: 'test' }),
        startJob({ name: 'clear-rooms', everyMs: 60_000, db, clock, log, run: async (now) => void (await db.execute('DELETE FROM rooms WHERE opened_at < ?', [now - 3_600_000])) }),
      );
    },
    health: async () => ({ isReady: true, checks: { database: true } }),
    async stop() {
      for (const part of running.splice(0)) await part.stop();
      await db.close();
    },
  };
}
