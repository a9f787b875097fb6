import { isoSpan } from './span.rules.ts';
import type { TicketsContext } from '../context.ts';
import { watchBoard, type BoardEvent } from './board-stream.ts';
import type { ClockView } from './clock-view.ts';
import { boardSeq, readBoard, type Board } from './read-board.ts';

type Ctx = TicketsContext;

const seconds = (ms: number) => Math.floor(ms / 1000);

const Query = {
  slaBoard: (_: unknown, { teamIds }: { teamIds?: string[] | null }, ctx: Ctx) => readBoard(ctx, teamIds ?? null),
};

const Subscription = {
  slaBoardChanged: {
    subscribe: (_: unknown, { teamIds }: { teamIds?: string[] | null }, ctx: Ctx) => watchBoard(ctx, teamIds ?? null),
    resolve: (event: BoardEvent) => event,
  },
};

const SlaClock = {
  budget: ({ budgetMs }: ClockView) => isoSpan(budgetMs),
  budgetSeconds: ({ budgetMs }: ClockView) => seconds(budgetMs),
  usedSeconds: ({ usedMs }: ClockView) => seconds(usedMs),
  // Rounded away from zero: a clock that is over by half a second says -1, never 0.
  remainingSeconds: ({ remainingMs }: ClockView) => seconds(remainingMs),
};

const SlaBoard = {
  seq: ({ at }: Board) => boardSeq(at),
};

const SlaBoardRow = {
  priority: ({ priority }: Board['rows'][number]) => `P${priority}`,
  runningCount: ({ running }: Board['rows'][number]) => running,
  atRiskCount: ({ atRisk }: Board['rows'][number]) => atRisk,
  pausedCount: ({ paused }: Board['rows'][number]) => paused,
  breachedCount: ({ breached }: Board['rows'][number]) => breached,
};

export const slaResolvers = { Query, Subscription, SlaClock, SlaBoard, SlaBoardRow };
