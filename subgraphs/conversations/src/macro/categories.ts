import type { ConversationsContext } from '../context.ts';

interface Category {
  key: string;
  nameZh: string;
  nameEn: string;
}

const ASK = 'query MacroCategories($includeRetired: Boolean) { categories(includeRetired: $includeRetired) { key nameZh nameEn } }';

/** Categories by key, as tickets know them: those on offer, or also those out of use. Throws UNAVAILABLE while tickets is away. */
export async function askCategories(ctx: ConversationsContext, { includeRetired }: { includeRetired: boolean }): Promise<Map<string, Category>> {
  const { categories } = await ctx.services.query<{ categories: Category[] }>('tickets', ASK, { includeRetired });
  return new Map(categories.map((category) => [category.key, category]));
}
