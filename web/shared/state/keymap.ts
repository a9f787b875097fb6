/** Keymap v1: the command ids and their keys. `Mod` is Ctrl, on Apple systems ⌘; a space separates a sequence. */
export const KEYMAP: Readonly<Record<string, string>> = {
  'list.next': 'J',
  'list.previous': 'K',
  'list.open': 'Enter',
  'list.nextUnread': 'U',
  'list.search': 'F',
  'list.look': 'V',
  'conversation.reply': 'R',
  'conversation.note': 'N',
  'conversation.canned': 'Mod+/',
  'conversation.macro': 'M',
  'conversation.later': 'Mod+Alt+Enter',
  'conversation.undoSend': 'Mod+Shift+Z',
  'conversation.recall': 'Shift+R',
  'conversation.close': 'E',
  'conversation.closeNext': 'Shift+E',
  'conversation.assign': 'A',
  'conversation.transfer': 'Shift+A',
  'conversation.take': 'I',
  'conversation.snooze': 'Z',
  'conversation.tags': 'L',
  'conversation.priority': 'P',
  'conversation.ticket': 'T',
  'conversation.accept': 'Y',
  'conversation.back': 'Escape',
  'ticket.create': 'T',
  'ticket.next': 'J',
  'ticket.previous': 'K',
  'ticket.open': 'Enter',
  'ticket.reply': 'R',
  'ticket.note': 'N',
  'ticket.canned': 'Mod+/',
  'ticket.take': 'I',
  'ticket.solve': 'E',
  'ticket.pending': 'W',
  'ticket.hold': 'H',
  'ticket.priority': 'P',
  'ticket.escalate': 'Shift+E',
  'ticket.proof': 'V',
  'ticket.back': 'Escape',
  'ticket.select': 'X',
  'ticket.selectTo': 'Shift+X',
  'ticket.selectAll': 'Shift+A',
  'ticket.unselect': 'Escape',
  'ticket.bulkTake': 'I',
  'ticket.bulkSolve': 'E',
  'ticket.bulkChange': 'U',
  'ticket.bulkMerge': 'M',
  'ticket.macro': 'Shift+M',
  'ticket.merge': 'M',
  'page.save': 'Mod+S',
  'go.mine': 'G I',
  'go.unassigned': 'G U',
  'go.mentioned': 'G M',
  'go.team': 'G T',
  'go.tickets': 'G K',
  'go.board': 'G B',
  'go.alerts': 'G W',
  'go.policies': 'G P',
  'go.categories': 'G C',
  'go.views': 'G V',
  'go.automation': 'G R',
  'go.admin': 'G A',
  'go.settings': 'G S',
  'pane.list': '[',
  'pane.panel': ']',
  'pane.next': 'F6',
  'pane.previous': 'Shift+F6',
  'app.palette': 'Mod+K',
  'app.search': '/',
  'app.help': '?',
  'app.undo': 'Mod+Z',
};

/** Where keys are at work, each with the beginnings of its commands: the same key does another thing elsewhere. */
const PLACES = { list: ['list'], conversation: ['conversation'], ticket: ['ticket'], go: ['go'], app: ['page', 'pane', 'app'] };
/** Every command of the keymap, by where it is at work; the words of a place are `command.help.of.<place>`. */
export const KEY_PLACES = Object.entries(PLACES).map(([place, starts]) => ({ place, ids: Object.keys(KEYMAP).filter((id) => starts.some((start) => id.startsWith(`${start}.`))) }));

/** What is at work together, besides what is at work everywhere. With a conversation open a ticket is made of it: `ticket.create` waits. */
const SCREENS = [
  /^(list\.(?!look$)|conversation\.)/,
  /^(list\.(?!look$)|ticket\.create$)/,
  /^(list\.look|ticket\.(create|next|previous|open|select|selectTo|selectAll|unselect|bulk\w+))$/,
  /^ticket\.(?!open|select|unselect|bulk)/,
  /^(page\.|ticket\.create$)/,
];
const EVERYWHERE = /^(go|pane|app)\./;

/** The command that this key means already, or begins to mean, on a screen where the given one is at work too; null when it is free there. */
export function takenBy(keymap: Readonly<Record<string, string>>, id: string, step: string): string | null {
  const isOn = (screen: RegExp, command: string) => screen.test(command) || EVERYWHERE.test(command);
  const meets = (other: string) => SCREENS.some((screen) => isOn(screen, id) && isOn(screen, other));
  const found = Object.entries(keymap).find(([other, keys]) => other !== id && (keys === step || keys.startsWith(`${step} `)) && meets(other));
  return found?.[0] ?? null;
}

const APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '');
const CAPS: Record<string, string> = APPLE
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↵', Escape: 'Esc' }
  : { Mod: 'Ctrl', Enter: '↵', Escape: 'Esc' };

/** The keycaps of a binding, in order: `Shift+A` → Shift, A; `G I` → G, I. */
export function capsOf(keys: string): string[] {
  return keys.split(' ').flatMap((step) => step.split('+')).map((key) => CAPS[key] ?? key);
}

/** The name of a pressed key in the keymap's words, or null while an input method composes or for a bare modifier. */
export function stepOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'keyCode'>): string | null {
  if (event.isComposing || event.keyCode === 229 || ['Shift', 'Control', 'Meta', 'Alt'].includes(event.key)) return null;
  // A Chinese or Cyrillic layout gives other letters: then the place of the key counts.
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const isLetter = letter !== undefined && (/^[a-z]$/i.test(event.key) || event.key.charCodeAt(0) > 127);
  const name = isLetter ? (/^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : letter) : event.key;
  const isMod = APPLE ? event.metaKey : event.ctrlKey;
  const hasShift = event.shiftKey && (isLetter || name.length > 1);
  return [isMod && 'Mod', event.altKey && 'Alt', hasShift && 'Shift', name].filter(Boolean).join('+');
}

export interface KeyMatch {
  /** Those that have this key: of a conversation and a ticket the one on screen is meant. */
  commands: string[];
  /** The steps pressed so far when they begin a longer sequence. */
  pending: string;
}

/** What a key does after `pending`: commands, the beginning of a sequence, or nothing. */
export function matchKey(keymap: Readonly<Record<string, string>>, pending: string, step: string): KeyMatch {
  const pressed = pending ? `${pending} ${step}` : step;
  const found = Object.entries(keymap).filter(([, keys]) => keys === pressed).map(([id]) => id);
  if (found.length > 0) return { commands: found, pending: '' };
  if (Object.values(keymap).some((keys) => keys.startsWith(`${pressed} `))) return { commands: [], pending: pressed };
  return pending ? matchKey(keymap, '', step) : { commands: [], pending: '' };
}
