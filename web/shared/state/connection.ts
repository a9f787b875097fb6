import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { SocketState } from '../graphql/socket.ts';
import { hasStreams, resubscribeAll } from './streams.ts';

const GRACE_MS = 1_500;
/** Every stream tries on its own: what comes within this time is one try to the reader. */
const SAME_TRY_MS = 1_000;

/** Whether the live line is up. A cut shorter than 1.5 s is not worth a word. */
export const useConnection = defineStore('connection', () => {
  const socket = ref<SocketState>('idle');
  const attempt = ref(0);
  const isOffline = ref(false);
  const reconnectHooks = new Set<() => void>();
  let triedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function onSocketState(state: SocketState): void {
    socket.value = state;
    if (state === 'open') {
      clearTimeout(timer);
      timer = undefined;
      const wasOffline = isOffline.value || attempt.value > 0;
      isOffline.value = false;
      attempt.value = 0;
      if (wasOffline) reconnectHooks.forEach((hook) => hook());
    } else if (state === 'connecting') {
      if (Date.now() - triedAt > SAME_TRY_MS) attempt.value += 1;
      triedAt = Date.now();
    } else {
      timer ??= setTimeout(() => { timer = undefined; isOffline.value = socket.value !== 'open' && hasStreams(); }, GRACE_MS);
    }
  }

  /** Called each time the line is back. */
  function onReconnect(hook: () => void): () => void {
    reconnectHooks.add(hook);
    return () => reconnectHooks.delete(hook);
  }

  function reconnectNow(): void {
    resubscribeAll();
  }

  return { socket, attempt: computed(() => Math.max(1, attempt.value)), isOffline, onSocketState, onReconnect, reconnectNow };
});
