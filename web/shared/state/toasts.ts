import { defineStore } from 'pinia';
import { ref } from 'vue';

export interface Toast {
  id: number;
  text: string;
  /** What takes it back. Null: nothing to take back. */
  undo: (() => void) | null;
  action: { label: string; run: () => void } | null;
}

let last = 0;

/** Short words about things already done; errors stand where they happened. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([]);

  function show(text: string, more: Partial<Pick<Toast, 'undo' | 'action'>> = {}): void {
    toasts.value = [...toasts.value.slice(-2), { id: (last += 1), text, undo: more.undo ?? null, action: more.action ?? null }];
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }

  /** Takes back the newest thing that can be taken back. */
  function undoLast(): void {
    const toast = toasts.value.findLast((one) => one.undo);
    if (!toast) return;
    toast.undo?.();
    dismiss(toast.id);
  }

  return { toasts, show, dismiss, undoLast };
});
