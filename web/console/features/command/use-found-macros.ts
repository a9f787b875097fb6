import { computed, ref, watch, type Ref } from 'vue';
import { FindMacrosDocument, type FindMacrosQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useCommands } from '../../../shared/state/commands.ts';
import { useMacroRun } from '../../../shared/state/macro-run.ts';
import { matchLabel } from './match.ts';
import type { Entry } from './use-palette.ts';

type Found = NonNullable<FindMacrosQuery['macros']>['nodes'];
const SHOWN = 5;

/** Macros found by what was typed, while a conversation or a ticket is on screen. The server matches pinyin; choosing one shows its plan first. */
export function useFoundMacros(query: Ref<string>, rested: Ref<string>) {
  const commands = useCommands();
  const found = ref<Found>([]);

  watch(rested, async (text) => {
    found.value = [];
    if (!text.trim() || !(commands.isPossible('conversation.macro') || commands.isPossible('ticket.macro'))) return;
    const answer = await useCareline().api.query(FindMacrosDocument, { search: text.trim().slice(0, 60), first: SHOWN }).catch(() => null);
    if (query.value === text) found.value = answer?.macros?.nodes ?? [];
  });

  const entries = computed<Entry[]>(() => found.value.map((macro, place) => ({
    id: macro.id, icon: 'zap', parts: matchLabel(macro.name, '', query.value)?.parts ?? [{ text: macro.name, isHit: false }], score: place, detail: '', keys: '',
    run: () => useMacroRun().start(macro.name),
  })));
  return { entries };
}
