const FOCUSABLE = 'a[href],button,input,textarea,[tabindex="0"]';

/** F6: the focus goes to the next pane in the order of the eye; backwards with -1. Marked are panes and, where one has a place to begin, that place. */
export function movePane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.getClientRects().length > 0);
  const current = panes.findLastIndex((pane) => pane.contains(document.activeElement));
  const from = current < 0 && step < 0 ? 0 : current;
  const next = panes[(from + step + panes.length) % panes.length];
  if (!next) return;
  (next.matches(FOCUSABLE) ? next : next.querySelector<HTMLElement>(FOCUSABLE))?.focus();
}
