import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { AllCategoriesDocument, SaveCategoryDocument, type CategoryPartsFragment, type SaveCategoryInput } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useDirectory } from '../../../shared/state/directory.ts';

export type Category = CategoryPartsFragment;

export interface Refused {
  field: string;
  message: string;
  isStale: boolean;
}

/** The tree of categories as an administrator edits it, retired ones too. */
export function useCategories() {
  const { t } = useI18n();
  const categories = shallowRef<Category[] | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const isBusy = ref(false);

  const depths = computed(() => {
    const found = new Map<string, number>();
    for (const { id, parent } of categories.value ?? []) found.set(id, parent ? (found.get(parent.id) ?? 0) + 1 : 0);
    return found;
  });
  const siblingsOf = ({ parent }: Pick<Category, 'parent'>) => (categories.value ?? []).filter((one) => one.parent?.id === parent?.id);

  async function load(): Promise<void> {
    error.value = null;
    try {
      categories.value = (await useCareline().api.query(AllCategoriesDocument, {})).categories ?? [];
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  /** The category as it was saved, or why it was not. */
  async function save(input: SaveCategoryInput): Promise<{ category: Category } | { refused: Refused }> {
    isBusy.value = true;
    try {
      const { category, userErrors } = (await useCareline().api.mutate(SaveCategoryDocument, { input })).saveCategory;
      const [problem] = userErrors;
      if (category) {
        await load();
        void useDirectory().reload();
      }
      if (problem) return { refused: { field: problem.field?.[0] ?? '', message: problem.message, isStale: problem.code === 'STALE_VERSION' } };
      return { category: category! };
    } catch {
      return { refused: { field: '', message: t('category.edit.unreached'), isStale: false } };
    } finally {
      isBusy.value = false;
    }
  }

  /** Moves a category among its siblings; null when it stands at the end already. */
  async function move(category: Category, by: number): Promise<string | null> {
    const siblings = siblingsOf(category);
    const place = siblings.findIndex(({ id }) => id === category.id) + by;
    if (place < 0 || place >= siblings.length || isBusy.value) return null;
    const outcome = await save({ categoryId: category.id, position: place + 1 });
    return 'refused' in outcome ? outcome.refused.message : null;
  }

  return { categories, depths, error, isBusy, siblingsOf, load, save, move };
}
