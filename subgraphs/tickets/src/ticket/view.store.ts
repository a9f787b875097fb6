import { ViewStore } from '@careline/kit/views';
import type { ViewContent } from './view.rules.ts';

/** The saved views of tickets. */
export const ticketViews = new ViewStore<ViewContent>({ table: 'ticket_views', prefix: 'tvw', columns: { filter: 'filter', orderBy: 'order_by', columns: 'shown_columns' } });
