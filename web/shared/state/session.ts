import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { SignOutDocument, ViewerDocument, type ViewerQuery } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';

type Viewer = NonNullable<ViewerQuery['viewer']>;

/** Who works here: the signed-in agent, what the agent may do, and how far the device's clock is off. */
export const useSession = defineStore('session', () => {
  const viewer = ref<Viewer | null>(null);
  const initialViews = ref<NonNullable<ViewerQuery['conversationViews']>>([]);
  const clockOffsetMs = ref(0);
  /** Set when a sign-in ran out under the agent's hands: the page behind stays as it is. */
  const isExpired = ref(false);

  const me = computed(() => viewer.value?.agent ?? null);
  const timeZone = computed(() => viewer.value?.timeZone ?? 'Asia/Shanghai');
  const grants = computed(() => new Map(viewer.value?.grants.map((grant) => [grant.permission, grant.scope])));

  function may(permission: string): boolean {
    return grants.value.has(permission);
  }

  /** How far a permission reaches; null: not at all. */
  const scopeOf = (permission: string) => grants.value.get(permission) ?? null;

  function serverNow(): number {
    return Date.now() + clockOffsetMs.value;
  }

  async function load(): Promise<void> {
    const sentAt = Date.now();
    const { viewer: found, conversationViews } = await useCareline().api.query(ViewerDocument, {});
    viewer.value = found ?? null;
    initialViews.value = conversationViews ?? [];
    if (found) clockOffsetMs.value = Date.parse(found.serverTime) - (sentAt + Date.now()) / 2;
  }

  async function signOut(): Promise<void> {
    const { api, session } = useCareline();
    await api.mutate(SignOutDocument, {}).catch(() => undefined);
    viewer.value = null;
    session.forget();
  }

  return { viewer, initialViews, me, timeZone, isExpired, may, scopeOf, serverNow, load, signOut };
});
