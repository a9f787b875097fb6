import { on, type Handler } from '@careline/kit/events';
import { macroRunOnTicket } from '@careline/schema/events';
import { noteRunOnTicket } from './note-run.ts';

/** What macros learn from the rest of the system. */
export const macroHandlers = (): Handler[] => [on(macroRunOnTicket, ({ data }, tx) => noteRunOnTicket(tx, data))];
