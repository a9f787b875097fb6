import { z } from 'zod';
import { defineEvent } from './define.ts';

export const articlePublished = defineEvent('knowledge', 'article.published', 1, z.object({
  articleId: z.string(), articleNumber: z.string(), versionId: z.string(), versionNumber: z.number().int(),
}));
