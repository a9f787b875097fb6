import { articleOf } from '@careline/schema/variables';
import type { ConversationsContext } from '../context.ts';
import { variablesIn } from './variable.rules.ts';

type Found = { number: string } | null;

const BATCH = 25;

/**
 * Addresses in the help centre of these articles, as far as anybody may read them there today; null for every other, and for all
 * while knowledge is away: a link to nothing is never sent.
 */
export async function askArticleLinks(ctx: ConversationsContext, numbers: readonly string[]): Promise<(string | null)[]> {
  const links: (string | null)[] = [];
  for (let from = 0; from < numbers.length; from += BATCH) links.push(...(await askBatch(ctx, numbers.slice(from, from + BATCH))));
  return links;
}

async function askBatch(ctx: ConversationsContext, numbers: readonly string[]): Promise<(string | null)[]> {
  const places = numbers.map((_, place) => place);
  const fields = places.map((place) => `zh${place}: publicArticle(number: $v${place}, locale: ZH_CN) { number } en${place}: publicArticle(number: $v${place}, locale: EN) { number }`);
  const document = `query ArticleLinks(${places.map((place) => `$v${place}: String!`).join(', ')}) { ${fields.join(' ')} }`;
  const variables = Object.fromEntries(numbers.map((number, place) => [`v${place}`, number]));
  const found = await ctx.services.query<Record<string, Found>>('knowledge', document, variables).catch(() => null);
  const help = `${ctx.deps.publicUrl.replace(/\/$/, '')}/help`;
  return places.map((place) => {
    const article = found?.[`zh${place}`] ?? found?.[`en${place}`];
    return article ? `${help}/${article.number}` : null;
  });
}

/** The values with those of the articles that these texts link. */
export async function withArticles<Values extends Readonly<Record<string, string | null>>>(values: Values, texts: readonly string[], linkOf: (number: string) => Promise<string | null>): Promise<Values> {
  const names = [...new Set(texts.flatMap(variablesIn))].flatMap((name) => (articleOf(name) ? [name] : []));
  const links = await Promise.all(names.map(async (name) => [name, await linkOf(articleOf(name)!)] as const));
  return { ...values, ...Object.fromEntries(links) };
}
