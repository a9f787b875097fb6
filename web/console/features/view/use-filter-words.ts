import { computed, onMounted, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { QueuesDocument } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useDirectory } from '../../../shared/state/directory.ts';
import { useTime } from '../../../shared/ui/use-time.ts';
import { filterParts, type FilterPart } from './filter-parts.ts';
import type { ViewKind } from './use-shared-views.ts';

/** What a saved view shows, condition by condition, in the agent's language. */
export function useFilterWords() {
  const { t, te } = useI18n();
  const directory = useDirectory();
  const time = useTime();
  const queues = shallowRef<ReadonlyArray<{ id: string; name: string }>>([]);
  const categories = computed(() => new Map(directory.categories.map(({ id }) => [id, directory.pathOf(id).map(({ name }) => name).join(' / ')])));

  onMounted(async () => {
    void directory.load();
    queues.value = (await useCareline().api.query(QueuesDocument, {}, 'cache-first').catch(() => null))?.queues?.nodes ?? [];
  });

  const named = (prefix: string, value: string) => (te(`${prefix}.${value}`) ? t(`${prefix}.${value}`) : value);
  const unknown = () => t('view.shown.unknown');

  /** One value of a condition as people know it; of what is gone or not known yet, that. */
  function valueName(kind: ViewKind, name: FilterPart['name'], value: string): string {
    switch (name) {
      case 'states': return named(kind === 'conversation' ? 'inbox.state' : 'ticket.state', value);
      case 'priorities': return `${value} ${named('common.priority', value)}`;
      case 'channelKinds': return named('common.channel', value);
      case 'clockStates': return named('sla.state', value);
      case 'clockTarget': return named('sla.target', value);
      case 'agentIds': return directory.agentName(value) || unknown();
      case 'teamIds': return directory.teams.find(({ id }) => id === value)?.name ?? unknown();
      case 'queueIds': return queues.value.find(({ id }) => id === value)?.name ?? unknown();
      case 'categoryIds': return categories.value.get(value) ?? unknown();
      case 'dueAfter': case 'dueBefore': case 'clockEndedAfter': case 'createdAfter': case 'createdBefore': case 'startedAfter': case 'startedBefore': return `${time.day(value)} ${time.clock(value)}`;
      default: return value;
    }
  }

  function partWords(kind: ViewKind, { name, values }: FilterPart): string {
    if (name === 'ids') return t(`view.shown.ids.${kind}`, { count: values.length }, values.length);
    return t(`view.shown.${name}`, { values: values.map((value) => valueName(kind, name, value)).join(t('common.list.separator')) });
  }

  return (kind: ViewKind, filter: unknown): string[] => {
    const parts = filterParts(filter);
    return parts.length > 0 ? parts.map((part) => partWords(kind, part)) : [t(`view.shown.everything.${kind}`)];
  };
}
