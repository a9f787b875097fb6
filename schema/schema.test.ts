import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composeSupergraph } from './compose.ts';
import * as events from './events/index.ts';
import { defaultGrants, permissionCatalogue, roleKeys, SUBGRAPH_NAMES, subgraphSdl } from './index.ts';

describe('the contracts', () => {
  it('are composed into the committed supergraph', () => {
    expect(composeSupergraph() === readFileSync(new URL('./supergraph.graphql', import.meta.url), 'utf8'), 'run npm run generate').toBe(true);
  });

  it('name every permission that the schema asks for in the catalogue', () => {
    const asked = new Set(SUBGRAPH_NAMES.flatMap((name) => [...subgraphSdl(name).matchAll(/@allow\(\s*permission: "([^"]+)"/g)].map((match) => match[1]!)));
    const known = new Set(permissionCatalogue.map((permission) => permission.name));
    expect([...asked].filter((permission) => !known.has(permission))).toEqual([]);
    expect(asked.size).toBeGreaterThan(10);
  });

  it('spell the grants of each role in capitals, as the API does', () => {
    for (const role of roleKeys) for (const scope of Object.values(defaultGrants(role))) expect(['OWN', 'TEAM', 'ALL']).toContain(scope);
    expect(defaultGrants('customer')['conversation:read']).toBe('OWN');
  });

  it('give each event one name and refuse data that does not fit', () => {
    const definitions = Object.values(events).filter((value): value is typeof events.messageSent => typeof value === 'object' && 'schema' in value);
    expect(new Set(definitions.map((definition) => definition.type)).size).toBe(definitions.length);
    for (const { type } of definitions) expect(type).toMatch(/^[a-z]+\.[a-z_]+$/);
    expect(() => events.articlePublished.make('art_1', { articleId: 'art_1' } as never)).toThrow();
  });
});
