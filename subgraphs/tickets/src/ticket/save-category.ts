import { recordAudit } from '@careline/kit/audit';
import { newId } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { formOf, isOffered, pathOf } from './category.rules.ts';
import { insertCategory, lockCategories, placeCategories, updateCategory } from './category.store.ts';
import { readForm, schemaOf, type Form } from './form.rules.ts';
import type { CategoryRow } from './ticket.tables.ts';

export interface SaveCategory {
  categoryId?: string | null;
  key?: string | null;
  nameZh?: string | null;
  nameEn?: string | null;
  parentId?: string | null;
  fieldsSchema?: unknown;
  requiredFields?: string[] | null;
  position?: number | null;
  isRetired?: boolean | null;
  expectedVersion?: number | null;
}

const CATEGORIES_MAX = 300;
const DEPTH_MAX = 4;
const SCHEMA_CHARS_MAX = 100_000;

/**
 * Creates, changes or retires a category with its form. What tickets hold stays, whatever becomes of the form.
 *
 * Refuses STALE_VERSION with the present category, ALREADY_EXISTS for a taken key, and LAST_OF_KIND when nothing would
 * be offered any more: then no ticket could be made.
 */
export async function saveCategory(ctx: TicketsContext, input: SaveCategory): Promise<CategoryRow> {
  ctx.viewer.requireAll('category:write');
  const form = input.fieldsSchema == null ? null : readForm(input.fieldsSchema);
  return ctx.db.transaction(async (tx) => {
    const categories = await lockCategories(tx);
    const before = input.categoryId ? find(categories, input.categoryId, 'categoryId') : null;
    if (before && input.expectedVersion != null && input.expectedVersion !== before.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '分类已被改动，请查看后再改。', en: 'The category has changed. Look at it and try again.' }, { category: before });
    }
    const row = changed(before ?? newCategory(categories, input), input, form);
    const siblings = placed(categories, row, input.position ?? null);
    row.position = siblings.indexOf(row.id) + 1;
    const all = [...categories.filter(({ id }) => id !== row.id), row];
    if (!all.some((one) => isOffered(all, one))) throw refuse('LAST_OF_KIND', 'isRetired', { zh: '至少要有一个可用的分类。', en: 'At least one category must be offered.' });
    await (before ? updateCategory(tx, row) : insertCategory(tx, row));
    await placeCategories(tx, siblings);
    await recordAudit(tx, ctx, { verb: 'category:write', subjectId: row.id, before: before && factsOf(before), after: factsOf(row) });
    return row;
  });
}

function find(categories: readonly CategoryRow[], id: string, field: string): CategoryRow {
  const found = categories.find((category) => category.id === id);
  if (!found) throw refuse('NOT_FOUND', field, { zh: '问题分类不存在。', en: 'There is no such category.' });
  return found;
}

function newCategory(categories: readonly CategoryRow[], { key, parentId, nameZh, nameEn }: SaveCategory): CategoryRow {
  if (!key) throw refuse('REQUIRED', 'key', { zh: '请填写键。', en: 'Give it a key.' });
  if (!/^[A-Z][A-Z0-9_]{1,39}$/.test(key)) throw refuse('INVALID', 'key', { zh: '键以大写字母开头，由 2 到 40 个大写字母、数字或下划线组成，例如 REFUND。', en: 'A key begins with a capital and has 2 to 40 capitals, digits or underscores, e.g. REFUND.' });
  if (categories.some((category) => category.key === key)) throw refuse('ALREADY_EXISTS', 'key', { zh: `键 ${key} 已被使用。`, en: `The key ${key} is taken.` });
  if (categories.length >= CATEGORIES_MAX) throw refuse('TOO_MANY', null, { zh: `最多 ${CATEGORIES_MAX} 个分类。`, en: `There are at most ${CATEGORIES_MAX} categories.` });
  if (nameZh == null) throw refuse('REQUIRED', 'nameZh', { zh: '请填写中文名称。', en: 'Give it a Chinese name.' });
  if (nameEn == null) throw refuse('REQUIRED', 'nameEn', { zh: '请填写英文名称。', en: 'Give it an English name.' });
  const parent = parentId ? find(categories, parentId, 'parentId') : null;
  if (parent && pathOf(categories, parent).length >= DEPTH_MAX) throw refuse('TOO_MANY', 'parentId', { zh: `分类最多 ${DEPTH_MAX} 层。`, en: `Categories are at most ${DEPTH_MAX} deep.` });
  return {
    id: newId('cat'), key, nameZh, nameEn, parentId: parent?.id ?? null, isRetired: 0, position: 0, version: 0,
    fieldsSchema: parent?.fieldsSchema ?? null, requiredFields: parent?.requiredFields ?? null,
  };
}

/** The category with what the input says; the next version of it. */
function changed(row: CategoryRow, input: SaveCategory, given: Form | null): CategoryRow {
  const form = given ?? formOf(row);
  const fieldsSchema = Object.keys(form).length > 0 ? JSON.stringify(schemaOf(form)) : null;
  if ((fieldsSchema?.length ?? 0) > SCHEMA_CHARS_MAX) throw refuse('TOO_LONG', 'fieldsSchema', { zh: '表单过大。', en: 'The form is too large.' });
  return {
    ...row, version: row.version + 1, fieldsSchema,
    nameZh: name(input.nameZh ?? row.nameZh, 'nameZh', 40), nameEn: name(input.nameEn ?? row.nameEn, 'nameEn', 60),
    requiredFields: requiredOf(form, row, input.requiredFields ?? row.requiredFields ?? []),
    isRetired: input.isRetired == null ? row.isRetired : Number(input.isRetired),
  };
}

function name(given: string, field: string, max: number): string {
  const text = given.trim();
  if (!text) throw refuse('REQUIRED', field, { zh: '请填写名称。', en: 'Give it a name.' });
  if ([...text].length > max) throw refuse('TOO_LONG', field, { zh: `名称最多 ${max} 个字符。`, en: `A name has at most ${max} characters.` });
  return text;
}

function requiredOf(form: Form, before: CategoryRow, keys: readonly string[]): string[] {
  const known = new Set([...Object.keys(formOf(before)), ...(before.requiredFields ?? []), ...Object.keys(form)]);
  const stranger = keys.find((key) => !known.has(key));
  if (stranger !== undefined) throw refuse('INVALID', 'requiredFields', { zh: `表单没有字段“${stranger.slice(0, 60)}”。`, en: `The form has no field "${stranger.slice(0, 60)}".` });
  return Object.keys(form).filter((key) => keys.includes(key));
}

/** Ids of the siblings with the category in its place. */
function placed(categories: readonly CategoryRow[], row: CategoryRow, position: number | null): string[] {
  const siblings = categories.filter(({ parentId }) => parentId === row.parentId).sort((one, other) => one.position - other.position).map(({ id }) => id);
  const others = siblings.filter((id) => id !== row.id);
  const now = siblings.indexOf(row.id);
  const place = position === null ? (now < 0 ? others.length : now) : Math.min(others.length, Math.max(0, position - 1));
  return [...others.slice(0, place), row.id, ...others.slice(place)];
}

const factsOf = ({ key, nameZh, nameEn, parentId, position, isRetired, fieldsSchema, requiredFields, version }: CategoryRow) =>
  ({ key, nameZh, nameEn, parentId, position, isRetired: isRetired === 1, fieldsSchema: fieldsSchema ? JSON.parse(fieldsSchema) : {}, requiredFields: requiredFields ?? [], version });
