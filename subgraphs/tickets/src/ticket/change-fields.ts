import { refuse } from '@careline/kit/errors';
import { formOf, missingOf } from './category.rules.ts';
import { mergeFields, titlesOf, type FieldValues } from './form.rules.ts';
import type { TicketLife } from './ticket-life.ts';
import { openFields, sealFields } from './ticket.store.ts';

/** Merges custom fields into a ticket under the form of its present category; true when something is different now. */
export async function changeFields(life: TicketLife, changes: unknown, reason?: string | null): Promise<boolean> {
  const { row } = life;
  const key = await life.key();
  const before = openFields(key, row);
  const after = mergeFields(formOf(life.category), before, changes);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (keys.length === 0) return false;
  row.sealedFields = sealFields(key, row.id, after);
  await life.add('CHANGED', { field: 'fields', from: null, to: null, keys }, { reason });
  return true;
}

/** Refuses FIELDS_MISSING while a field that the category asks for says nothing. Who was erased is asked for nothing any more. */
export async function requireFields(life: TicketLife): Promise<void> {
  if (!life.row.customerId || (life.category.requiredFields ?? []).length === 0) return;
  const values: FieldValues = openFields(await life.key(), life.row);
  const missing = missingOf(life.category, values);
  if (missing.length === 0) return;
  const titles = missing.map((key) => titlesOf(formOf(life.category), key));
  throw refuse('FIELDS_MISSING', ['fields', missing[0]!], {
    zh: `解决前请填写：${titles.map(({ zh }) => zh).join('、')}。`, en: `Fill in before solving: ${titles.map(({ en }) => en).join(', ')}.`,
  });
}
