export { deleteView, saveView, staleView, type SaveSharedView, type ViewDesk } from './save-view.ts';
export { pageShared, type ListSharedViews } from './list-shared.ts';
export { readInstants, storedFilter } from './stored-filter.ts';
export { mayEditView, mayShareView, seesView, type Sharing } from './view-rights.ts';
export { ViewStore, type SavedView, type ViewCells } from './view-store.ts';
