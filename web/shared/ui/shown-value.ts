import type { Directive } from 'vue';

/** Fields whose words were taken and not shown since, as they may have become others. */
const taken = new WeakSet<HTMLInputElement>();

/**
 * Shows a value in a text field that is taken at `change`, as `:value` does, but writes it only when it is another one than before,
 * or was just taken. `:value` is written anew with each rendering, whatever the reason, and takes away what somebody is just typing.
 */
export const vShown: Directive<HTMLInputElement, string | number | null | undefined> = {
  beforeMount(field, { value }) {
    field.value = String(value ?? '');
    field.addEventListener('change', () => taken.add(field));
  },
  updated(field, { value, oldValue }) {
    const wasTaken = taken.delete(field);
    if (value !== oldValue || wasTaken) field.value = String(value ?? '');
  },
};
