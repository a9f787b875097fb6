export { createDeps, loadProcessConfig, processShape, type ProcessConfig, type ProcessDeps } from './create-deps.ts';
export type { SubgraphDeps } from '../graphql/index.ts';
export { runAlone, type Alone } from './run-alone.ts';
