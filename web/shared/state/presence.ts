import { defineStore } from 'pinia';
import { computed, reactive } from 'vue';
import { PresenceChangedDocument, SetPresenceDocument, type Presence, type PresenceChangedSubscription } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';
import { useSession } from './session.ts';
import { followState } from './streams.ts';

export type Colleague = PresenceChangedSubscription['presenceChanged']['agents'][number];

const KEY = 'careline.presence';
const isPresence = (text: string | null): text is Presence => text === 'ONLINE' || text === 'AWAY' || text === 'OFFLINE';

/**
 * Where the agents stand. The stream behind it also renews the caller's own presence lease. When the lease ran out
 * during a cut, what the agent had chosen holds again as soon as the line is back; a choice of others is left alone.
 */
export const usePresence = defineStore('presence', () => {
  const agents = reactive(new Map<string, Colleague>());
  let stream: { stop(): void } | null = null;
  let isFirst = true;

  const mine = computed(() => {
    const me = useSession().me;
    return me ? agents.get(me.id) ?? { presence: me.presence, load: me.load, capacity: me.capacity } : null;
  });

  function start(): void {
    stream ??= followState(PresenceChangedDocument, { teamIds: null }, (data) => data.presenceChanged, {
      apply: (event) => {
        event.agents.forEach((agent) => agents.set(agent.id, { ...agents.get(agent.id), ...agent }));
        if (isFirst) void resume();
        isFirst = false;
      },
      onLost: () => { isFirst = true; },
      silenceMs: 45_000,
    });
  }

  async function resume(): Promise<void> {
    const chosen = localStorage.getItem(KEY);
    const wanted = isPresence(chosen) ? chosen : 'ONLINE';
    if (mine.value?.presence === 'OFFLINE' && wanted !== 'OFFLINE') await set(wanted).catch(() => undefined);
  }

  function stop(): void {
    stream?.stop();
    stream = null;
    isFirst = true;
    agents.clear();
  }

  /** Sets the caller's own presence. Answers with the reason when it was refused. */
  async function set(presence: Presence): Promise<string | null> {
    const { setPresence } = await useCareline().api.mutate(SetPresenceDocument, { input: { presence } });
    const { agent } = setPresence;
    if (agent) {
      localStorage.setItem(KEY, agent.presence);
      const known = agents.get(agent.id);
      if (known) agents.set(agent.id, { ...known, ...agent });
      const me = useSession().me;
      if (me) me.presence = agent.presence;
    }
    return setPresence.userErrors[0]?.message ?? null;
  }

  return { agents, mine, start, stop, set };
});
