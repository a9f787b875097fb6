import { describe, expect, it } from 'vitest';
import { capsOf, KEY_PLACES, KEYMAP, matchKey, stepOf } from './keymap.ts';

const press = (facts: Partial<KeyboardEvent>) => stepOf({
  key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...facts,
});

describe('stepOf', () => {
  it.each([
    ['a letter', { key: 'j', code: 'KeyJ' }, 'J'],
    ['a shifted letter', { key: 'E', code: 'KeyE', shiftKey: true }, 'Shift+E'],
    ['a sign that needs Shift', { key: '?', code: 'Slash', shiftKey: true }, '?'],
    ['a shortcut', { key: 'k', code: 'KeyK', ctrlKey: true }, 'Mod+K'],
    ['a letter on a Cyrillic layout', { key: 'о', code: 'KeyJ' }, 'J'],
    ['a letter where the layout moved it', { key: 'e', code: 'KeyD' }, 'E'],
    ['a key an input method eats', { key: 'j', code: 'KeyJ', isComposing: true }, null],
    ['a key an input method has begun to eat', { key: 'Process', keyCode: 229 }, null],
    ['a bare modifier', { key: 'Shift', shiftKey: true }, null],
  ])('names %s', (_name, event, expected) => {
    expect(press(event)).toBe(expected);
  });
});

describe('matchKey', () => {
  it('finds single keys, begins and ends sequences, and forgets a sequence that leads nowhere', () => {
    expect(matchKey(KEYMAP, '', 'J')).toEqual({ commands: ['list.next', 'ticket.next'], pending: '' });
    expect(matchKey(KEYMAP, '', 'G')).toEqual({ commands: [], pending: 'G' });
    expect(matchKey(KEYMAP, 'G', 'T')).toEqual({ commands: ['go.team'], pending: '' });
    expect(matchKey(KEYMAP, 'G', 'J')).toEqual({ commands: ['list.next', 'ticket.next'], pending: '' });
    expect(matchKey(KEYMAP, '', 'Q')).toEqual({ commands: [], pending: '' });
  });

  it('has no key twice where both could be meant: a conversation, a ticket and the list of tickets are never on one screen', () => {
    const isOfList = (id: string) => /^ticket\.(next|previous|open|create|select|selectTo|selectAll|unselect|bulk\w+)$/.test(id);
    const isOfTicket = (id: string) => id.startsWith('ticket.') && !/^ticket\.(select|selectTo|selectAll|unselect|bulk\w+)$/.test(id);
    const keysOf = (isThere: (id: string) => boolean) => Object.entries(KEYMAP).filter(([id]) => isThere(id)).map(([, keys]) => keys);
    for (const keys of [keysOf(isOfList), keysOf(isOfTicket), keysOf((id) => !id.startsWith('ticket.'))]) expect(new Set(keys).size).toBe(keys.length);
  });
});

it('shows separate caps', () => {
  expect(capsOf('Shift+A')).toEqual(['Shift', 'A']);
  expect(capsOf('G I')).toEqual(['G', 'I']);
});

describe('where keys are at work', () => {
  it('is said of every command, once', () => {
    expect(KEY_PLACES.flatMap(({ ids }) => ids).sort()).toEqual(Object.keys(KEYMAP).sort());
  });
});
