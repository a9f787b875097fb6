import { describe, expect, it } from 'vitest';
import { capsOf, KEY_PLACES, KEYMAP, matchKey, stepOf, takenBy } from './keymap.ts';

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
});

describe('a key', () => {
  it.each([
    ['of a ticket is free for a conversation', 'conversation.note', 'W', null],
    ['of a conversation is free for a ticket', 'ticket.note', 'L', null],
    ['of the inbox is free for the list of tickets', 'ticket.select', 'F', null],
    ['of the list of tickets is free for one ticket', 'ticket.note', 'X', null],
    ['of one ticket is free for the list of tickets', 'list.look', 'H', null],
    ['of the list of conversations is taken for a conversation', 'conversation.note', 'J', 'list.next'],
    ['that both kinds of ticket screens have is taken for both', 'ticket.note', 'J', 'ticket.next'],
    ['of a conversation is free for a new ticket, which is made of it then', 'ticket.create', 'L', null],
    ['of a ticket is taken for a new ticket', 'ticket.create', 'R', 'ticket.reply'],
    ['of any screen is taken for what is at work everywhere', 'go.mine', 'E', 'conversation.close'],
    ['that begins a sequence is taken everywhere', 'conversation.note', 'G', 'go.mine'],
    ['of its own is free', 'conversation.note', 'N', null],
  ])('%s', (_name, id, step, expected) => {
    expect(takenBy(KEYMAP, id, step)).toBe(expected);
  });

  it('of every command is free in the keymap that all begin with', () => {
    for (const [id, keys] of Object.entries(KEYMAP)) expect([id, takenBy(KEYMAP, id, keys)]).toEqual([id, null]);
  });

  it('of every command is taken for what is at work everywhere: each is on some screen', () => {
    for (const [id, keys] of Object.entries(KEYMAP)) if (id !== 'app.help') expect([id, takenBy({ [id]: keys }, 'app.help', keys)]).toEqual([id, id]);
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
