import { expect, it } from 'vitest';
import { withGuest } from './guest-view.ts';
import { siblingsOf, type SharedView } from './view-verbs.ts';

const view = (id: string, sharing: SharedView['sharing'], teamId: string | null = null): SharedView => ({ id, name: id, sharing, team: teamId ? { id: teamId } : null, isEditable: true, count: 0, version: 1 });
const views = [{ ...view('mine', 'ME'), builtIn: 'MINE' }, view('own', 'ME'), view('a1', 'TEAM', 'a'), view('b1', 'TEAM', 'b'), view('a2', 'TEAM', 'a'), view('all', 'ALL')];
const ids = (found: readonly SharedView[]) => found.map(({ id }) => id);

it('views stand in one order with those of the same people: each team has its own, built-in ones have none', () => {
  expect(ids(siblingsOf(views, view('x', 'TEAM', 'a')))).toEqual(['a1', 'a2']);
  expect(ids(siblingsOf(views, view('x', 'ME')))).toEqual(['own']);
  expect(ids(siblingsOf([...views, view('que_1', 'ALL')], view('x', 'ALL')))).toEqual(['all']);
});

it('a view that is only looked at stands behind the own ones, once', () => {
  expect(ids(withGuest(views, view('guest', 'TEAM', 'c'))).at(-1)).toBe('guest');
  expect(withGuest(views, view('own', 'ME'))).toBe(views);
  expect(withGuest(views, null)).toBe(views);
});
