import { expect, it } from 'vitest';
import { createApp, h, nextTick, ref, withDirectives } from 'vue';
import { vShown } from './shown-value.ts';

it('shows a value and each other one, and leaves what is being typed when something else is rendered', async () => {
  const [value, label] = [ref<string | null>('15m'), ref('a')];
  const place = document.createElement('div');
  const app = createApp({ render: () => withDirectives(h('input', { 'aria-label': label.value }), [[vShown, value.value]]) });
  app.mount(place);
  const field = place.querySelector('input')!;
  const after = async (act: () => void) => {
    act();
    await nextTick();
    return field.value;
  };
  expect(field.value).toBe('15m');
  expect(await after(() => { field.value = 'soon'; label.value = 'b'; })).toBe('soon');
  expect(await after(() => { value.value = '20m'; })).toBe('20m');
  expect(await after(() => {
    field.value = ' 20m ';
    field.dispatchEvent(new Event('change'));
    label.value = 'c';
  })).toBe('20m');
  expect(await after(() => { value.value = null; })).toBe('');
  app.unmount();
});
