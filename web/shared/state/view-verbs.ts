import { useI18n } from 'vue-i18n';
import type { Sharing } from '../../gql/graphql.ts';
import { useCommands } from './commands.ts';
import { usePerform } from './perform.ts';
import { useSession } from './session.ts';
import { useToasts } from './toasts.ts';

/** What saved views of any list have in common. */
export interface SharedView {
  id: string;
  name: string;
  builtIn?: string | null | undefined;
  sharing: Sharing;
  team?: { id: string } | null | undefined;
  isEditable: boolean;
  count: number;
  version: number;
}

export interface ViewAnswer {
  userErrors: Array<{ message: string }>;
}

/** Where the views of one list are kept. `Input` is what the list's own mutation takes. */
export interface ViewKeeper<View extends SharedView, Input> {
  views(): readonly View[];
  save(input: Input): Promise<ViewAnswer>;
  remove(viewId: string): Promise<ViewAnswer>;
  /** A saved view as it would be saved again, over the version that is on screen. */
  inputOf(view: View, changes: Partial<Input>): Input;
}

/** Under which heading a view stands: by who sees it, or as a queue that is looked at like one. */
export const groupOf = ({ id, sharing }: Pick<SharedView, 'id' | 'sharing'>): Sharing | 'QUEUE' => (id.startsWith('que_') ? 'QUEUE' : sharing);

/** The views that stand in one order with this one. */
export function siblingsOf<View extends SharedView>(views: readonly View[], view: SharedView): View[] {
  return views.filter((one) => !one.builtIn && groupOf(one) === groupOf(view) && one.team?.id === view.team?.id);
}

/** What can be done with a saved view. Removing can be taken back for as long as its toast is there. */
export function useViewVerbs<View extends SharedView, Input extends { viewId?: unknown; position?: unknown; expectedVersion?: unknown }>(keeper: ViewKeeper<View, Input>) {
  const { t } = useI18n();
  const toasts = useToasts();
  const { perform, tell } = usePerform<ViewAnswer>(() => undefined);

  const change = (view: View, changes: Partial<Input>) => tell(perform(() => keeper.save(keeper.inputOf(view, changes))));
  const move = (view: View, position: number) => change(view, { position } as Partial<Input>);

  async function remove(view: View): Promise<boolean> {
    const position = siblingsOf(keeper.views(), view).findIndex(({ id }) => id === view.id);
    if (!(await tell(perform(() => keeper.remove(view.id))))) return false;
    const again = keeper.inputOf(view, { viewId: null, expectedVersion: null, position } as Partial<Input>);
    toasts.show(t('view.removed', { name: view.name }), { undo: () => { void tell(perform(() => keeper.save(again))); } });
    return true;
  }

  return { move, change, remove };
}

/** The same by palette, for the saved view on screen (null: none is) and for what is filtered on screen. */
export function offerViewCommands<View extends SharedView>(
  current: () => View | null, acts: { views(): readonly View[]; canSave(): boolean; save(): void; edit(view: View): void; move(view: View, position: number): void; remove(view: View): void },
): void {
  const editable = () => (current()?.isEditable ? current() : null);
  const placeOf = (view: View) => siblingsOf(acts.views(), view).findIndex(({ id }) => id === view.id);
  const step = (by: number) => ({
    run: () => acts.move(current()!, placeOf(current()!) + by),
    isPossible: () => { const view = editable(); return view !== null && siblingsOf(acts.views(), view)[placeOf(view) + by] !== undefined; },
  });
  useCommands().offer([
    { id: 'view.save', group: 'list', icon: 'star', run: acts.save, isPossible: () => useSession().may('view:write') && acts.canSave() },
    { id: 'view.edit', group: 'list', icon: 'settings', run: () => acts.edit(current()!), isPossible: () => editable() !== null },
    { id: 'view.remove', group: 'list', icon: 'x', run: () => acts.remove(current()!), isPossible: () => editable() !== null },
    { id: 'view.up', group: 'list', icon: 'arrow-up', ...step(-1) },
    { id: 'view.down', group: 'list', icon: 'arrow-down', ...step(1) },
  ]);
}
