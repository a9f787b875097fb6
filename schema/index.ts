export { permissionCatalogue, defaultGrants, maskNames, roleKeys, type PermissionEntry, type RoleKey } from './permissions.ts';
export { SUBGRAPH_NAMES, subgraphSdl, supergraphSdl, type SubgraphName } from './sdl.ts';
