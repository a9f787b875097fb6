import { missingKeys, readForm, type FieldValues, type Form } from './form.rules.ts';
import type { CategoryRow } from './ticket.tables.ts';

type Placed = Pick<CategoryRow, 'id' | 'parentId' | 'isRetired'>;

/** A category with all above it, the root last. */
export function pathOf<Row extends Placed>(categories: readonly Row[], category: Row): Row[] {
  const path: Row[] = [category];
  for (let parentId = category.parentId; parentId && path.length <= categories.length;) {
    const parent = categories.find(({ id }) => id === parentId);
    if (!parent) break;
    path.push(parent);
    parentId = parent.parentId;
  }
  return path;
}

/** Whether a category is offered: neither it nor one above it is retired. */
export function isOffered<Row extends Placed>(categories: readonly Row[], category: Row): boolean {
  return pathOf(categories, category).every(({ isRetired }) => !isRetired);
}

/** The category an id or key names among those still offered; null when none. */
export function findCategory(categories: readonly CategoryRow[], idOrKey: string): CategoryRow | null {
  const named = categories.find((category) => category.id === idOrKey || category.key === idOrKey);
  return named && isOffered(categories, named) ? named : null;
}

/** These categories and all below them, by id. */
export function withDescendants(categories: readonly CategoryRow[], ids: readonly string[]): string[] {
  const wanted = new Set(ids);
  for (let before = -1; before !== wanted.size;) {
    before = wanted.size;
    for (const category of categories) if (category.parentId && wanted.has(category.parentId)) wanted.add(category.id);
  }
  return [...wanted];
}

/** Categories as a tree is read: each right after its parent, by position. */
export function inTreeOrder(categories: readonly CategoryRow[]): CategoryRow[] {
  const below = (parentId: string | null): CategoryRow[] => categories
    .filter((category) => category.parentId === parentId)
    .sort((a, b) => a.position - b.position)
    .flatMap((category) => [category, ...below(category.id)]);
  return below(null);
}

/** The form of a category; empty when it has none. */
export function formOf({ fieldsSchema }: Pick<CategoryRow, 'fieldsSchema'>): Form {
  return fieldsSchema ? readForm(JSON.parse(fieldsSchema)) : {};
}

/** Keys of fields that a ticket of this category still lacks before it can be solved. */
export function missingOf(category: Pick<CategoryRow, 'fieldsSchema' | 'requiredFields'> | undefined, values: FieldValues): string[] {
  return category ? missingKeys(formOf(category), category.requiredFields ?? [], values) : [];
}
