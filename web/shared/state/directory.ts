import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { AgentDocument, CategoriesDocument, TeamsDocument, type CategoriesQuery, type TeamsQuery } from '../../gql/graphql.ts';
import { i18n } from '../i18n/index.ts';
import { useCareline } from './careline.ts';
import { useSession } from './session.ts';

export type Team = NonNullable<TeamsQuery['teams']>['nodes'][number];
export type Category = NonNullable<CategoriesQuery['categories']>[number];

/** Names of agents, teams and categories: entries and live events carry their ids and keys only. */
export const useDirectory = defineStore('directory', () => {
  const agents = reactive(new Map<string, string>());
  const teams = ref<Team[]>([]);
  const categories = ref<Category[]>([]);
  const asked = new Set<string>();
  let loading: Promise<void> | null = null;

  const shownCategories = computed(() => categories.value.map((category) => ({ ...category, name: i18n.global.locale.value === 'en' ? category.nameEn : category.nameZh })));

  /** Keeps a name that came along with something else. */
  function learn(agent: { id: string; displayName: string } | null | undefined): void {
    if (agent) agents.set(agent.id, agent.displayName);
  }

  /** The name of an agent; empty until it is known. */
  function agentName(id: string | null | undefined): string {
    if (!id) return '';
    const { me } = useSession();
    if (me?.id === id) return me.displayName;
    if (!agents.has(id) && !asked.has(id)) {
      asked.add(id);
      useCareline().api.query(AgentDocument, { id }, 'cache-first').then(({ agent }) => learn(agent), () => asked.delete(id));
    }
    return agents.get(id) ?? '';
  }

  const teamName = (idOrKey: string | null | undefined): string => teams.value.find((team) => team.id === idOrKey || team.key === idOrKey)?.name ?? idOrKey ?? '';
  const categoryName = (key: string | null | undefined): string => shownCategories.value.find((category) => category.key === key)?.name ?? key ?? '';

  /** Reads teams and categories, once; what could not be read is tried again by the next call. */
  function load(): Promise<void> {
    loading ??= Promise.all([loadTeams(), loadCategories()]).then(() => undefined, () => { loading = null; });
    return loading;
  }

  async function loadTeams(): Promise<void> {
    const found: Team[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      const page: TeamsQuery['teams'] = (await useCareline().api.query(TeamsDocument, { first: 100, after })).teams;
      found.push(...(page?.nodes ?? []));
      isMore = page?.pageInfo.hasNextPage ?? false;
      after = page?.pageInfo.endCursor ?? null;
    }
    teams.value = found;
  }

  async function loadCategories(): Promise<void> {
    categories.value = (await useCareline().api.query(CategoriesDocument, {})).categories ?? [];
  }

  return { teams, categories: shownCategories, learn, agentName, teamName, categoryName, load };
});
