import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';
import { noteLimits } from './note-limits.ts';

let desk: TicketDesk;
beforeEach(async () => void (desk = await openTicketDesk()));
afterEach(() => desk.world.close());

it('the board means the same limit as the warning, and the newest that was told', async () => {
  const shown = async () => (await desk.ask('{ slaBoard { attainment { threshold sampleMin } } }')).slaBoard.attainment;
  expect(await shown()).toEqual({ threshold: 0.95, sampleMin: 20 });
  const db = await desk.world.database('tickets');
  const tell = (version: number, thresholdPerMille: number, sampleMin: number) => db.transaction((tx) => noteLimits(tx, { version, thresholdPerMille, rearmPerMille: 960, sampleMin }));
  await tell(3, 900, 5);
  await tell(2, 800, 1);
  expect(await shown()).toEqual({ threshold: 0.9, sampleMin: 5 });
});
