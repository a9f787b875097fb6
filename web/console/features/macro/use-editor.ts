import { computed, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';

interface UserError {
  code: string;
  field?: readonly string[] | null;
  message: string;
}

export interface Saved<Item> {
  item: Item | null;
  userErrors: readonly UserError[];
}

/** The state of an editor: what was typed, what is wrong with it, and whether it may be thrown away. `formOf` gives what an item looks like in the form. */
export function useEditor<Item extends { id: string; version: number; isRetired: boolean }, Form extends object>(
  given: Item | null, formOf: (item: Item | null) => Form, save: (form: Form, extra: { id: string | null; expectedVersion: number | null; isRetired: boolean | null; idempotencyKey: string }) => Promise<Saved<Item>>,
) {
  const { t } = useI18n();
  const known = ref<Item | null>(given);
  const form = reactive(formOf(given)) as Form;
  const first = ref(JSON.stringify(form));
  const errors = ref<readonly UserError[]>([]);
  const notice = ref<string | null>(null);
  const isBusy = ref(false);
  const isLeaving = ref(false);
  const isDirty = computed(() => JSON.stringify(form) !== first.value);
  // The same new thing however often it is sent: until what is in it changes.
  let intent = { of: '', key: '' };

  /** The refusal of a field, by its path as the server spells it: `steps.1.value`. */
  const errorOf = (path: string): string | null => errors.value.find((error) => (error.field ?? []).join('.') === path)?.message ?? null;

  async function submit(isRetired: boolean | null = null): Promise<Item | null> {
    if (isBusy.value) return null;
    isBusy.value = true;
    errors.value = [];
    notice.value = null;
    const of = JSON.stringify(form);
    if (intent.of !== of) intent = { of, key: crypto.randomUUID() };
    try {
      const { item, userErrors } = await save(form, { id: known.value?.id ?? null, expectedVersion: known.value?.version ?? null, isRetired, idempotencyKey: intent.key });
      errors.value = userErrors;
      if (userErrors.length === 0) return item;
      if (userErrors[0]!.code === 'STALE_VERSION' && item) takeOver(item as Item);
      else if (!userErrors.some((error) => error.field?.length)) notice.value = userErrors[0]!.message;
    } catch {
      notice.value = t('canned.edit.unreached');
    } finally {
      isBusy.value = false;
    }
    return null;
  }

  /** Somebody was faster: what there is now stands in the form. */
  function takeOver(item: Item): void {
    known.value = item as never;
    Object.assign(form, formOf(item));
    first.value = JSON.stringify(form);
    errors.value = [];
    notice.value = t('canned.edit.stale');
  }

  /** Whether the editor may close now; asks once when something would be lost. */
  function mayLeave(): boolean {
    if (!isDirty.value || isLeaving.value) return true;
    isLeaving.value = true;
    return false;
  }

  return { known, form, errors, notice, isBusy, isDirty, isLeaving, errorOf, submit, mayLeave };
}
