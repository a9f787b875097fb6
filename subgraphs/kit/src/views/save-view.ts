import type { Viewer } from '../auth/index.ts';
import { isDuplicate, newId, parseId, type Db, type Tx } from '../db/index.ts';
import { appError, refuse } from '../errors/index.ts';
import type { Clock } from '../time/index.ts';
import { mayEditView, mayShareView, seesView, type Sharing } from './view-rights.ts';
import type { SavedView, ViewStore } from './view-store.ts';

/** The longest a name may be. */
export const NAME_MAX = 40;
/** More than anybody finds one's way in. */
const VIEWS_MAX = 50;

export interface SaveSharedView<Content> {
  viewId?: string | null;
  name: string;
  content: Content;
  sharing: Sharing;
  teamId?: string | null;
  position?: number | null;
  expectedVersion?: number | null;
}

/** Who saves, where, and who is told: `onChange` is called after the commit. */
export interface ViewDesk<Content extends object> {
  viewer: Viewer;
  db: Db;
  clock: Clock;
  store: ViewStore<Content>;
  onChange(viewId: string): void;
}

/**
 * Creates or changes a saved view; the same new view twice is one view. Gives the view and whether somebody changed it since
 * the caller saw it: nothing is saved then.
 *
 * Refuses NOT_ALLOWED for sharing beyond the caller's `view:write`, NOT_FOUND for a view the caller does not see,
 * ALREADY_EXISTS for a name that another view of the same people has. Throws FORBIDDEN for who is no agent.
 */
export async function saveView<Content extends object>(desk: ViewDesk<Content>, input: SaveSharedView<Content>): Promise<{ view: SavedView<Content>; isStale: boolean }> {
  desk.viewer.require('view:write');
  const { agentId } = desk.viewer;
  if (!agentId) throw appError('FORBIDDEN', { internal: 'views belong to agents' });
  const wanted = wantedOf(desk.viewer, input);
  const attempt = () => desk.db.transaction((tx) => store(desk, tx, input, { ...wanted, ownerAgentId: agentId }));
  try {
    return await attempt();
  } catch (error) {
    // Somebody saved the same name in this moment: now it is there to be found.
    if (isDuplicate(error)) return attempt();
    throw error;
  }
}

/** The refusal of what was saved over a version the caller did not see, with the view as it is now. */
export function staleView(shown: { view: object }) {
  return refuse('STALE_VERSION', 'expectedVersion', { zh: '他人已修改此视图，请查看最新内容后再保存。', en: 'Somebody changed this view meanwhile. Look at the present state and save again.' }, shown);
}

/** Removes a saved view. Refuses NOT_FOUND for one the caller does not see and NOT_ALLOWED for one it may not change. */
export async function deleteView<Content extends object>(desk: ViewDesk<Content>, viewId: string): Promise<string> {
  desk.viewer.require('view:write');
  await desk.db.transaction(async (tx) => {
    await lockOwn(desk, tx, viewId);
    await desk.store.delete(tx, viewId);
    tx.afterCommit(() => desk.onChange(viewId));
  });
  return viewId;
}

type Wanted<Content> = Pick<SavedView<Content>, 'name' | 'content' | 'sharing' | 'teamId' | 'ownerAgentId'>;

async function store<Content extends object>(
  desk: ViewDesk<Content>, tx: Tx, { viewId, position, expectedVersion }: SaveSharedView<Content>, wanted: Wanted<Content>,
): Promise<{ view: SavedView<Content>; isStale: boolean }> {
  const known = viewId == null ? null : await lockOwn(desk, tx, viewId);
  if (known && expectedVersion != null && expectedVersion !== known.version) return { view: known, isStale: true };
  const ownerAgentId = known?.ownerAgentId ?? wanted.ownerAgentId;
  const siblings = await desk.store.lockSiblings(tx, { ...wanted, ownerAgentId });
  const twin = siblings.find(({ id, name }) => name === wanted.name && id !== known?.id);
  if (twin && !known && isSame(twin.content, wanted.content)) return { view: twin, isStale: false };
  if (twin) throw refuse('ALREADY_EXISTS', 'name', { zh: '已有同名视图。', en: 'There is a view of that name.' });
  const others = siblings.filter(({ id }) => id !== known?.id);
  if (others.length >= VIEWS_MAX) throw refuse('LIMIT_REACHED', null, { zh: `最多 ${VIEWS_MAX} 个视图。`, en: `At most ${VIEWS_MAX} views.` });
  const isMoved = !known || known.sharing !== wanted.sharing || known.teamId !== wanted.teamId;
  const asked = position ?? (isMoved ? others.length : siblings.findIndex(({ id }) => id === known.id));
  const place = Math.min(Math.max(0, Math.trunc(asked)), others.length);
  const view: SavedView<Content> = { id: known?.id ?? newId(desk.store.prefix), ...wanted, ownerAgentId, place, version: (known?.version ?? 0) + 1, changedBy: desk.viewer.agentId, changedAt: desk.clock.now() };
  await (known ? desk.store.update(tx, view) : desk.store.insert(tx, view));
  for (const [at, row] of [...others.slice(0, place), view, ...others.slice(place)].entries()) if (row.place !== at) await desk.store.place(tx, row.id, at);
  tx.afterCommit(() => desk.onChange(view.id));
  return { view, isStale: false };
}

async function lockOwn<Content extends object>({ viewer, store: views }: ViewDesk<Content>, tx: Tx, viewId: string): Promise<SavedView<Content>> {
  const view = await views.lock(tx, viewId);
  if (!view || !seesView(viewer, view)) throw refuse('NOT_FOUND', 'viewId', { zh: '视图不存在。', en: 'There is no such view.' });
  if (!mayEditView(viewer, view)) throw refuse('NOT_ALLOWED', 'viewId', { zh: '您不能修改此共享视图。', en: 'You may not change this shared view.' });
  return view;
}

function wantedOf<Content>(viewer: Viewer, input: SaveSharedView<Content>): Omit<Wanted<Content>, 'ownerAgentId'> {
  const name = input.name.trim();
  if (name === '') throw refuse('REQUIRED', 'name', { zh: '请填写名称。', en: 'Give it a name.' });
  if ([...name].length > NAME_MAX) throw refuse('TOO_LONG', 'name', { zh: `名称最多 ${NAME_MAX} 个字符。`, en: `A name has at most ${NAME_MAX} characters.` });
  const teamId = input.sharing === 'TEAM' ? (input.teamId ?? null) : null;
  if (input.sharing === 'TEAM' && !teamId) throw refuse('REQUIRED', 'teamId', { zh: '请选择客服组。', en: 'Name the team.' });
  if (teamId && !parseId('tem', teamId)) throw refuse('INVALID', 'teamId', { zh: '没有此客服组。', en: 'There is no such team.' });
  if (!mayShareView(viewer, input.sharing, teamId)) throw refuse('NOT_ALLOWED', 'sharing', { zh: '您的角色不能共享到此范围。', en: 'Your role may not share it so far.' });
  return { name, content: input.content, sharing: input.sharing, teamId };
}

const isSame = (one: unknown, other: unknown) => textOf(one) === textOf(other);
/** A database may give the keys of JSON back in another order. */
const textOf = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) =>
  (part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part));
