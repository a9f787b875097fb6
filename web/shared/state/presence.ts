import { defineStore } from 'pinia';
import { computed, reactive } from 'vue';
import { PresenceChangedDocument, SetPresenceDocument, type Presence, type PresenceChangedSubscription } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';
import { useSession } from './session.ts';
import { followState } from './streams.ts';

export type Colleague = PresenceChangedSubscription['presenceChanged']['agents'][number];

/** Where the agents stand. The stream behind it also renews the caller's own presence lease. */
export const usePresence = defineStore('presence', () => {
  const agents = reactive(new Map<string, Colleague>());
  let stream: { stop(): void } | null = null;

  const mine = computed(() => {
    const me = useSession().me;
    return me ? agents.get(me.id) ?? { presence: me.presence, load: me.load, capacity: me.capacity } : null;
  });

  function start(): void {
    stream ??= followState(PresenceChangedDocument, { teamIds: null }, (data) => data.presenceChanged, {
      apply: (event) => event.agents.forEach((agent) => agents.set(agent.id, { ...agents.get(agent.id), ...agent })),
      silenceMs: 45_000,
    });
  }

  function stop(): void {
    stream?.stop();
    stream = null;
    agents.clear();
  }

  /** Sets the caller's own presence. Answers with the reason when it was refused. */
  async function set(presence: Presence): Promise<string | null> {
    const { setPresence } = await useCareline().api.mutate(SetPresenceDocument, { input: { presence } });
    const { agent } = setPresence;
    if (agent) {
      const known = agents.get(agent.id);
      if (known) agents.set(agent.id, { ...known, ...agent });
      const me = useSession().me;
      if (me) me.presence = agent.presence;
    }
    return setPresence.userErrors[0]?.message ?? null;
  }

  return { agents, mine, start, stop, set };
});
