import { defineStore } from 'pinia';
import { ref } from 'vue';

/** The list of macros over a conversation, which composer, key and palette open: whether it is open, and with what to begin. */
export const useMacroRun = defineStore('macro-run', () => {
  const isOpen = ref(false);
  const search = ref('');

  /** Opens it; with a name, that macro is found at once. */
  function start(name = ''): void {
    search.value = name;
    isOpen.value = true;
  }

  return { isOpen, search, start };
});
