import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Row } from './rows.ts';

/** The new-ticket screen, which opens over any other: whether it is open, and the conversation the ticket comes from. */
export const useNewTicket = defineStore('new-ticket', () => {
  const isOpen = ref(false);
  const row = shallowRef<Row | null>(null);

  /** Opens it for a conversation, or for a customer still to be named. */
  function start(from: Row | null): void {
    row.value = from;
    isOpen.value = true;
  }

  return { isOpen, row, start };
});
