import { LiveStream } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { boardSeq, readBoard, type Board } from './read-board.ts';

const HEARTBEAT_MS = 15 * SECOND;
/** At most four boards a second; what changes meanwhile goes out with the next. */
const GATHER_MS = SECOND / 4;
/** Clocks come to be at risk by the passing of time alone: the board is looked at this often even when nothing happens. */
const LOOK_MS = 5 * SECOND;

export type BoardEvent = { __typename: 'SlaBoardChanged'; seq: number; at: number; board: Board } | { __typename: 'SlaBoardHeartbeat'; seq: number; at: number };

/**
 * The SLA board, whole, first at once and then within a second of each change; a heartbeat otherwise.
 * Each event stands for all before it, so any position may be resumed from; `seq` is the moment of its reading.
 */
export async function watchBoard(ctx: TicketsContext, teamIds: readonly string[] | null): Promise<LiveStream<BoardEvent>> {
  ctx.viewer.require('sla:watch');
  let shown = '';
  let seq = 0;
  let isRunning = false;
  let isWanted = false;
  let gather: NodeJS.Timeout | null = null;
  const look = async () => {
    if (isRunning) {
      isWanted = true;
      return;
    }
    isRunning = true;
    try {
      const board = await readBoard(ctx, teamIds);
      const numbers = JSON.stringify([board.rows, board.histogram, board.attainment, board.conversationAttainment, board.nextDue.map(({ id, state, dueAt }) => [id, state, dueAt])]);
      if (numbers !== shown) {
        shown = numbers;
        seq = boardSeq(board.at);
        stream.push({ __typename: 'SlaBoardChanged', seq, at: board.at, board });
      }
    } catch (error) {
      stream.close(error);
    } finally {
      isRunning = false;
      if (isWanted && !stream.isClosed) {
        isWanted = false;
        nudge();
      }
    }
  };
  const nudge = () => {
    gather ??= setTimeout(() => {
      gather = null;
      void look();
    }, GATHER_MS);
  };
  const detach = ctx.live.subscribe('sla-board', nudge);
  const looks = setInterval(() => void look(), LOOK_MS);
  const beats = setInterval(() => stream.push({ __typename: 'SlaBoardHeartbeat', seq, at: ctx.clock.now() }), HEARTBEAT_MS);
  const stream = new LiveStream<BoardEvent>(() => {
    detach();
    clearInterval(looks);
    clearInterval(beats);
    if (gather) clearTimeout(gather);
  });
  await look();
  return stream;
}
