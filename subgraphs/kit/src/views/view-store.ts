import { binaryToId, fromSqlInstant, idToBinary, parseId, toSqlInstant, type Queryable, type Tx } from '../db/index.ts';
import type { Page } from '../graphql/index.ts';
import type { Shared, Sharing } from './view-rights.ts';

/** A saved view: `content` is what it shows, as its subgraph keeps it. */
export interface SavedView<Content> extends Shared {
  id: string;
  name: string;
  content: Content;
  /** Among those of the same sharing, from 0. */
  place: number;
  version: number;
  /** Who changed it last, and when. Null for what was not changed since this is kept. */
  changedBy: string | null;
  changedAt: number | null;
}

/** Which shared views a list holds. */
export interface SharedWhere {
  /** Null: those of every team. */
  teamIds: readonly string[] | null;
  /** Null: those of everybody, too. */
  sharing: Sharing | null;
  /** A part of the name. Null: any. */
  search: string | null;
}

/** In which table the views are kept, by which prefix their ids are known, and in which JSON columns the parts of their content lie. */
export interface ViewCells<Content> {
  table: string;
  prefix: string;
  columns: Record<keyof Content & string, string>;
}

interface Cells extends Record<string, unknown> {
  id: Buffer;
  owner_agent_id: Buffer;
  sharing: Sharing;
  team_id: Buffer | null;
  name: string;
  place: number;
  version: number;
  changed_by_agent_id: Buffer | null;
  changed_at: Date | string | null;
}

const ORDER: readonly Sharing[] = ['ME', 'TEAM', 'ALL'];
const COUNT_MAX = 10_000;
/** A text as the pattern of LIKE that finds it anywhere. */
const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;

/** The table of one subgraph's saved views. */
export class ViewStore<Content extends object> {
  readonly prefix: string;
  readonly #table: string;
  readonly #columns: [keyof Content & string, string][];
  readonly #select: string;

  constructor({ table, prefix, columns }: ViewCells<Content>) {
    this.prefix = prefix;
    this.#table = table;
    this.#columns = Object.entries(columns) as [keyof Content & string, string][];
    this.#select = ['id', 'owner_agent_id', 'sharing', 'team_id', 'name', 'place', 'version', 'changed_by_agent_id', 'changed_at', ...this.#columns.map(([, column]) => column)].join(', ');
  }

  /** Those of an agent, those of the agent's teams and those of everybody; each in their order. */
  async viewsFor(q: Queryable, { agentId, teamIds }: { agentId: string; teamIds: readonly string[] }): Promise<SavedView<Content>[]> {
    const ofTeams = teamIds.length > 0 ? `OR (sharing = 'TEAM' AND team_id IN (${teamIds.map(() => '?').join(', ')}))` : '';
    const rows = await q.query<Cells>(
      `SELECT /* savedViewsFor */ ${this.#select} FROM ${this.#table} WHERE (owner_agent_id = ? AND sharing = 'ME') ${ofTeams} OR sharing = 'ALL' ORDER BY place, id`,
      [idToBinary(agentId), ...teamIds.map(idToBinary)]);
    const views = rows.map((cells) => this.#read(cells));
    return ORDER.flatMap((wanted) => views.filter(({ sharing }) => sharing === wanted));
  }

  /** One page of shared views by name, one more than it holds. */
  async sharedPage(q: Queryable, where: SharedWhere, { cursor, isBackward, limit }: Page<'name' | 'id'>): Promise<SavedView<Content>[]> {
    const { sql, params } = sharedCondition(where);
    const [beyond, way] = isBackward ? ['<', 'DESC'] : ['>', 'ASC'];
    const key = cursor && parseId(this.prefix, String(cursor.id));
    const after = key ? ` AND (name ${beyond} ? OR (name = ? AND id ${beyond} ?))` : '';
    const rows = await q.query<Cells>(
      `SELECT /* sharedViewPage */ ${this.#select} FROM ${this.#table} WHERE ${sql}${after} ORDER BY name ${way}, id ${way} LIMIT ${limit + 1}`,
      [...params, ...(key ? [String(cursor!.name), String(cursor!.name), key] : [])]);
    return rows.map((cells) => this.#read(cells));
  }

  /** How many shared views there are, counted up to 10,000. */
  async countShared(q: Queryable, where: SharedWhere): Promise<number> {
    const { sql, params } = sharedCondition(where);
    const [row] = await q.query<{ count: number }>(`SELECT /* countSharedViews */ COUNT(*) AS count FROM (SELECT id FROM ${this.#table} WHERE ${sql} LIMIT ${COUNT_MAX}) views`, params);
    return Number(row!.count);
  }

  /** A view by its id, whoever asks. */
  async find(q: Queryable, id: string): Promise<SavedView<Content> | null> {
    const key = parseId(this.prefix, id);
    if (!key) return null;
    const [cells] = await q.query<Cells>(`SELECT /* findSavedView */ ${this.#select} FROM ${this.#table} WHERE id = ?`, [key]);
    return cells ? this.#read(cells) : null;
  }

  /** A view, held until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<SavedView<Content> | null> {
    const key = parseId(this.prefix, id);
    if (!key) return null;
    const [cells] = await tx.query<Cells>(`SELECT /* lockSavedView */ ${this.#select} FROM ${this.#table} WHERE id = ? FOR UPDATE`, [key]);
    return cells ? this.#read(cells) : null;
  }

  /** The views that stand in one order with this one, it included; held until the transaction ends. */
  async lockSiblings(tx: Tx, { ownerAgentId, sharing, teamId }: Shared): Promise<SavedView<Content>[]> {
    const among = sharing === 'ME' ? { sql: 'AND owner_agent_id = ?', id: ownerAgentId } : sharing === 'TEAM' ? { sql: 'AND team_id = ?', id: teamId! } : null;
    const rows = await tx.query<Cells>(
      `SELECT /* lockSiblingViews */ ${this.#select} FROM ${this.#table} WHERE sharing = ? ${among?.sql ?? ''} ORDER BY place, id FOR UPDATE`, [sharing, ...(among ? [idToBinary(among.id)] : [])]);
    return rows.map((cells) => this.#read(cells));
  }

  async insert(tx: Tx, view: SavedView<Content>): Promise<void> {
    const cells = this.#write(view);
    await tx.execute(`INSERT /* insertSavedView */ INTO ${this.#table} (id, ${cells.map(([column]) => column).join(', ')}) VALUES (?${', ?'.repeat(cells.length)})`,
      [idToBinary(view.id), ...cells.map(([, value]) => value)]);
  }

  async update(tx: Tx, view: SavedView<Content>): Promise<void> {
    const cells = this.#write(view);
    await tx.execute(`UPDATE /* updateSavedView */ ${this.#table} SET ${cells.map(([column]) => `${column} = ?`).join(', ')} WHERE id = ?`, [...cells.map(([, value]) => value), idToBinary(view.id)]);
  }

  async place(tx: Tx, id: string, place: number): Promise<void> {
    await tx.execute(`UPDATE /* placeSavedView */ ${this.#table} SET place = ? WHERE id = ?`, [place, idToBinary(id)]);
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.execute(`DELETE /* deleteSavedView */ FROM ${this.#table} WHERE id = ?`, [idToBinary(id)]);
  }

  #read(cells: Cells): SavedView<Content> {
    const valueOf = (cell: unknown) => (typeof cell === 'string' ? JSON.parse(cell) as unknown : cell);
    return {
      id: binaryToId(this.prefix, cells.id), ownerAgentId: binaryToId('agt', cells.owner_agent_id), sharing: cells.sharing, teamId: cells.team_id && binaryToId('tem', cells.team_id),
      name: cells.name, content: Object.fromEntries(this.#columns.map(([part, column]) => [part, valueOf(cells[column])])) as Content, place: Number(cells.place), version: Number(cells.version),
      changedBy: cells.changed_by_agent_id && binaryToId('agt', cells.changed_by_agent_id), changedAt: cells.changed_at === null ? null : fromSqlInstant(cells.changed_at),
    };
  }

  #write({ ownerAgentId, sharing, teamId, name, content, place, version, changedBy, changedAt }: SavedView<Content>): [string, unknown][] {
    return [
      ['owner_agent_id', idToBinary(ownerAgentId)], ['sharing', sharing], ['team_id', teamId && idToBinary(teamId)], ['name', name], ['place', place], ['version', version],
      ['changed_by_agent_id', changedBy && idToBinary(changedBy)], ['changed_at', changedAt === null ? null : toSqlInstant(changedAt)],
      ...this.#columns.map(([part, column]): [string, unknown] => [column, JSON.stringify(content[part])]),
    ];
  }
}

function sharedCondition({ teamIds, sharing, search }: SharedWhere): { sql: string; params: unknown[] } {
  const ofTeams = teamIds === null ? "sharing = 'TEAM'" : teamIds.length > 0 ? `(sharing = 'TEAM' AND team_id IN (${teamIds.map(() => '?').join(', ')}))` : 'FALSE';
  const parts = [...(sharing === 'ALL' ? [] : [ofTeams]), ...(sharing === 'TEAM' ? [] : ["sharing = 'ALL'"])];
  // Names are told apart letter by letter, but looked for as people write them.
  return {
    sql: `(${parts.join(' OR ')})${search === null ? '' : ' AND name COLLATE utf8mb4_unicode_520_ci LIKE ?'}`,
    params: [...(sharing === 'ALL' ? [] : (teamIds ?? []).map(idToBinary)), ...(search === null ? [] : [anywhere(search)])],
  };
}
