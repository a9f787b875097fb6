import { computed, ref, type Ref } from 'vue';
import { useSession } from '../state/session.ts';
import { useColleagues, type Colleague } from './use-colleagues.ts';

/** The part of a text before the caret that asks for a colleague: `@w` → `w`. Null: none. */
export function mentionBefore(text: string, caret: number): string | null {
  return /(?:^|[\s\p{P}])@([^\s@]{0,20})$/u.exec(text.slice(0, caret))?.[1] ?? null;
}

const SHOWN = 6;

/** The @ menu of a note, and who was mentioned in the end. Without a conversation every colleague is on offer. */
export function useMentions(conversationId: string | null, box: Ref<HTMLTextAreaElement | undefined>, text: Ref<string>, isNote: Ref<boolean>) {
  const asked = ref<string | null>(null);
  const query = computed(() => asked.value ?? '');
  const { found: colleagues } = useColleagues(conversationId, query);
  const found = computed(() => colleagues.value.filter((agent) => agent.id !== useSession().me?.id).slice(0, SHOWN));
  const active = ref(0);
  const chosen = new Map<string, string>();
  const isOpen = computed(() => isNote.value && asked.value !== null && found.value.length > 0);

  function look(): void {
    asked.value = isNote.value && box.value ? mentionBefore(text.value, box.value.selectionStart) : null;
    active.value = 0;
  }

  function pick(agent: Colleague): void {
    const element = box.value;
    if (!element || asked.value === null) return;
    const end = element.selectionStart;
    const start = end - asked.value.length - 1;
    text.value = `${text.value.slice(0, start)}@${agent.displayName} ${text.value.slice(end)}`;
    chosen.set(agent.displayName, agent.id);
    asked.value = null;
    const caret = start + agent.displayName.length + 2;
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(caret, caret);
    });
  }

  /** True when the key belonged to the menu. */
  function onKey(event: KeyboardEvent): boolean {
    if (!isOpen.value || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) active.value = (active.value + step + found.value.length) % found.value.length;
    else if (event.key === 'Enter' || event.key === 'Tab') pick(found.value[active.value]!);
    else if (event.key === 'Escape') asked.value = null;
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const mentionedIds = () => [...chosen].filter(([name]) => text.value.includes(`@${name}`)).map(([, id]) => id);
  return { isOpen, found, active, look, pick, onKey, mentionedIds };
}
