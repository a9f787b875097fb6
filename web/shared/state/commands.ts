import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, shallowReactive } from 'vue';
import { KEYMAP, matchKey, stepOf } from './keymap.ts';
import { useSettings } from './settings.ts';

export type CommandGroup = 'conversation' | 'ticket' | 'policy' | 'rule' | 'go' | 'list' | 'app';

export interface Command {
  /** Also the name of its key in the keymap and of its words: `command.<id>`. */
  id: string;
  group: CommandGroup;
  icon: string;
  run(): void;
  /** Missing: always. */
  isPossible?(): boolean;
  /** Works by key only; the palette does not list it. */
  isHidden?: boolean;
}

const SEQUENCE_MS = 1_200;

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** What can be done from here, by key, palette and menu; pages add theirs while they are on screen. */
export const useCommands = defineStore('commands', () => {
  const commands = shallowReactive(new Map<string, Command>());
  const isPaletteOpen = ref(false);
  const isHelpOpen = ref(false);
  let pending = '';
  let pendingAt = 0;

  const keymap = computed<Record<string, string>>(() => ({ ...KEYMAP, ...useSettings().keymap }));

  function keysOf(id: string): string {
    return keymap.value[id] ?? '';
  }

  /** Adds commands for the life of the calling component. */
  function offer(list: readonly Command[]): void {
    list.forEach((command) => commands.set(command.id, command));
    onScopeDispose(() => list.forEach((command) => { if (commands.get(command.id) === command) commands.delete(command.id); }));
  }

  function isPossible(id: string): boolean {
    const command = commands.get(id);
    return command !== undefined && (command.isPossible?.() ?? true);
  }

  function run(id: string): boolean {
    if (!isPossible(id)) return false;
    commands.get(id)!.run();
    return true;
  }

  /** Letters are off in text fields, in dialogs and during composition; Mod and function keys work in text fields too. */
  function onKeydown(event: KeyboardEvent): void {
    const step = stepOf(event);
    if (!step || event.defaultPrevented) return;
    const isModified = step.includes('Mod+') || /F\d+$/.test(step);
    const isInDialog = (event.target as Element | null)?.closest?.('[role="dialog"],[role="menu"],[role="alertdialog"]');
    if ((isTextField(event.target) && !isModified) || (isInDialog && step !== 'Mod+K')) return;
    if (step === 'Enter' && (event.target as Element | null)?.closest?.('a,button')) return;
    if (isTextField(event.target) && step === 'Mod+Z') return;
    const isStale = event.timeStamp - pendingAt > SEQUENCE_MS;
    const match = matchKey(keymap.value, isStale ? '' : pending, step);
    pending = match.pending;
    pendingAt = event.timeStamp;
    if (match.commands.some(run)) event.preventDefault();
  }

  return { commands, keymap, isPaletteOpen, isHelpOpen, keysOf, offer, isPossible, run, onKeydown };
});
