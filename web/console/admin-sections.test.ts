import { describe, expect, it } from 'vitest';
import { isAdministering } from './admin-sections.ts';

const of = (grants: Record<string, string>) => isAdministering((permission) => permission in grants, (permission) => grants[permission] ?? null);

describe('administration is a place of its own', () => {
  it.each([
    ['who may write no more than own macros', { 'macro:write': 'OWN' }, false], ['who may write those of a team', { 'macro:write': 'TEAM' }, true], ['who may write everybody’s', { 'macro:write': 'ALL' }, true],
    ['who may write no more than own views', { 'view:write': 'OWN' }, false], ['who may write those of a team, views', { 'view:write': 'TEAM' }, true],
    ['who may do something else besides', { 'macro:write': 'OWN', 'queue:write': 'TEAM' }, true], ['who may do nothing of it', { 'ticket:read': 'ALL' }, false],
  ])('for %s: %s', (_name, grants, isOne) => expect(of(grants)).toBe(isOne));
});
