import { binaryToId, idToBinary, parseId, type Queryable, type Tx } from '../db/index.ts';
import type { Shared, Sharing } from './view-rights.ts';

/** A saved view: `content` is what it shows, as its subgraph keeps it. */
export interface SavedView<Content> extends Shared {
  id: string;
  name: string;
  content: Content;
  /** Among those of the same sharing, from 0. */
  place: number;
  version: number;
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
}

const ORDER: readonly Sharing[] = ['ME', 'TEAM', 'ALL'];

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
    this.#select = ['id', 'owner_agent_id', 'sharing', 'team_id', 'name', 'place', 'version', ...this.#columns.map(([, column]) => column)].join(', ');
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
    };
  }

  #write({ ownerAgentId, sharing, teamId, name, content, place, version }: SavedView<Content>): [string, unknown][] {
    return [
      ['owner_agent_id', idToBinary(ownerAgentId)], ['sharing', sharing], ['team_id', teamId && idToBinary(teamId)], ['name', name], ['place', place], ['version', version],
      ...this.#columns.map(([part, column]): [string, unknown] => [column, JSON.stringify(content[part])]),
    ];
  }
}
