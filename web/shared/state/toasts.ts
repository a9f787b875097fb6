import { defineStore } from 'pinia';
import { ref } from 'vue';

export interface Toast {
  id: number;
  text: string;
  /** What takes it back. Null: nothing to take back. */
  undo: (() => void) | null;
  action: { label: string; run: () => void } | null;
  /** The conversation it speaks of: newer words about it take its place. */
  about: string | null;
}

let last = 0;

/** Short words about things already done; errors stand where they happened. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([]);

  function show(text: string, more: Partial<Pick<Toast, 'undo' | 'action' | 'about'>> = {}): void {
    const { undo = null, action = null, about = null } = more;
    dismissAbout(about);
    toasts.value = [...toasts.value.slice(-2), { id: (last += 1), text, undo, action, about }];
  }

  /** The conversation is in front of the agent: its toasts have done their work. */
  function dismissAbout(about: string | null): void {
    if (about) toasts.value = toasts.value.filter((toast) => toast.about !== about);
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

  return { toasts, show, dismiss, dismissAbout, undoLast };
});
