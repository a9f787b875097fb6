/** Gives text that the screen cuts off a tooltip with the whole of it, when the pointer comes there. What has a title keeps it. */
export function showCutText({ target }: Event): void {
  const text = target instanceof Element ? target.closest<HTMLElement>('.ell') : null;
  if (!text) return;
  const isOurs = 'cut' in text.dataset;
  if (!isOurs && text.closest('[title]')) return;
  if (text.scrollWidth > text.clientWidth) {
    text.title = text.innerText;
    text.dataset['cut'] = '';
  } else if (isOurs) {
    text.removeAttribute('title');
    delete text.dataset['cut'];
  }
}
