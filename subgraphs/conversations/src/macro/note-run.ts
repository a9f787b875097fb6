import type { Tx } from '@careline/kit/db';
import { countMacroRun } from './macro.store.ts';

/** Counts that a macro was run on a ticket. */
export const noteRunOnTicket = (tx: Tx, { macroId }: { macroId: string }): Promise<void> => countMacroRun(tx, macroId);
