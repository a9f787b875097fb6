import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { AgentDocument, AllCategoriesDocument, CategoriesDocument, TeamsDocument, type CategoriesQuery, type TeamsQuery } from '../../gql/graphql.ts';
import { i18n } from '../i18n/index.ts';
import { useCareline } from './careline.ts';
import { useSession } from './session.ts';

export type Team = NonNullable<TeamsQuery['teams']>['nodes'][number];
export type Category = NonNullable<CategoriesQuery['categories']>[number];

/** The name of a category in the language of the screen. */
export const nameOfCategory = ({ nameZh, nameEn }: Pick<Category, 'nameZh' | 'nameEn'>): string => (i18n.global.locale.value === 'en' ? nameEn : nameZh);

/** Names of agents, teams and categories: entries and live events carry their ids and keys only. */
export const useDirectory = defineStore('directory', () => {
  const agents = reactive(new Map<string, string>());
  const teams = ref<Team[]>([]);
  const categories = ref<Category[]>([]);
  /** Whether the last reading of teams and categories failed. */
  const isAway = ref(false);
  /** All categories; read when a ticket is of one that is no longer offered. */
  const retired = ref<Category[] | null>(null);
  const asked = new Set<string>();
  let loading: Promise<void> | null = null;

  const shownCategories = computed(() => categories.value.map((category) => ({ ...category, name: nameOfCategory(category) })));

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

  /** A category with all above it, the root first; empty when it is not known. */
  function pathOf(id: string): Array<Category & { name: string }> {
    const path: Array<Category & { name: string }> = [];
    for (let at = shownCategories.value.find((one) => one.id === id); at && path.length < 10; at = shownCategories.value.find((one) => one.id === path[0]!.parent?.id)) path.unshift(at);
    return path;
  }

  /** The category of a ticket with its form, also when it is no longer offered. */
  function formCategoryOf({ id }: { id: string }): Category | null {
    const known = categories.value.find((category) => category.id === id);
    if (!known && categories.value.length > 0 && !retired.value) void loadRetired();
    return known ?? retired.value?.find((category) => category.id === id) ?? null;
  }

  async function loadRetired(): Promise<void> {
    retired.value = [];
    retired.value = (await useCareline().api.query(AllCategoriesDocument, {}).catch(() => null))?.categories ?? null;
  }

  /** Takes over the tree after somebody here changed it. */
  function reload(): Promise<void> {
    loading = null;
    retired.value = null;
    return load();
  }

  /** Reads teams and categories, once; what could not be read is tried again by the next call. */
  function load(): Promise<void> {
    loading ??= Promise.all([loadTeams(), loadCategories()]).then(() => { isAway.value = false; }, () => {
      isAway.value = true;
      loading = null;
    });
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

  return { teams, categories: shownCategories, isAway, learn, agentName, teamName, categoryName, pathOf, formCategoryOf, load, reload };
});
