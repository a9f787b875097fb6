export { openRemoteSubgraph, type Question, type RemoteOptions, type RemoteSubgraph } from './remote-subgraph.ts';
