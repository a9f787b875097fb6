export { deleteView, saveView, staleView, type SaveSharedView, type ViewDesk } from './save-view.ts';
export { readInstants, storedFilter } from './stored-filter.ts';
export { mayEditView, mayShareView, type Sharing } from './view-rights.ts';
export { ViewStore, type SavedView, type ViewCells } from './view-store.ts';
