import { ViewStore } from '@careline/kit/views';
import type { ViewContent } from './filter.rules.ts';

/** The saved views of the inbox. */
export const conversationViews = new ViewStore<ViewContent>({ table: 'conversation_views', prefix: 'viw', columns: { filter: 'filter', orderBy: 'order_by' } });
