import type { Instant } from '@careline/kit/time';
import type { Priority, RuleContent, TicketFacts } from './automation.types.ts';

/** One line of a ticket's life, as far as a replay needs it. */
export interface ReplayedLine {
  at: Instant;
  kind: string;
  facts: Record<string, unknown> | null;
}

/** What keys in the lines of a life stand for. */
export interface Named {
  categoryId(key: string): string | undefined;
  teamId(key: string): string | undefined;
}

type Place = Omit<TicketFacts, 'clocks'>;

const isChange = ({ kind, facts }: ReplayedLine, field: string) => kind === 'CHANGED' && facts?.['field'] === field;

/**
 * What a ticket was after each line of its life. State and team are followed from the first line on; the rest is undone from
 * what the ticket is now, since its first line does not tell it.
 */
export function placesOf(now: Place, life: readonly ReplayedLine[], named: Named): Place[] {
  const places: Place[] = [];
  let place = now;
  for (const line of [...life].reverse()) {
    places.unshift(place);
    const from = line.facts?.['from'];
    if (line.kind === 'PRIORITISED') place = { ...place, priority: from as Priority };
    if (isChange(line, 'tags')) place = { ...place, tags: from as string[] };
    if (isChange(line, 'agent')) place = { ...place, agentId: from as string | null };
    if (isChange(line, 'category')) place = { ...place, categoryId: named.categoryId(String(from)) ?? place.categoryId };
  }
  let state: Place['state'] = 'NEW';
  let teamId: string | null = null;
  return life.map((line, index) => {
    if (isChange(line, 'state')) state = line.facts!['to'] as Place['state'];
    if (isChange(line, 'team')) teamId = line.facts!['to'] as string;
    if (line.kind === 'ESCALATED') teamId = named.teamId(String(line.facts?.['teamKey'])) ?? teamId;
    return { ...places[index]!, state, teamId };
  });
}

/** A moment at which a rule would have been asked, and the last line of the ticket's life before it. */
export interface Moment {
  at: Instant;
  line: number;
}

const OVER = new Set(['SOLVED', 'CLOSED']);

/** Whether what was written at one moment tells of a change by a verb of its own; a comment may move the state without being one. */
function tellsOfChange(lines: readonly ReplayedLine[]): boolean {
  const isSaid = lines.some(({ kind }) => kind === 'COMMENT');
  return lines.some((line) => line.kind === 'PRIORITISED' || line.kind === 'ESCALATED'
    || (line.kind === 'CHANGED' && (!isSaid || !isChange(line, 'state') || OVER.has(String(line.facts?.['to'])))));
}

/** Each moment up to `now` at which a rule would have been asked about a ticket. `risks` is when its clocks came to be at risk. */
export function momentsOf({ trigger, since, afterMs }: Pick<RuleContent, 'trigger' | 'since' | 'afterMs'>, life: readonly ReplayedLine[], risks: readonly Instant[], now: Instant): Moment[] {
  const lastLineAt = (at: Instant) => life.findLastIndex((line) => line.at <= at);
  const ofKind = (kind: string): Moment[] => life.flatMap((line, index) => (line.kind === kind ? [{ at: line.at, line: index }] : []));
  switch (trigger) {
    case 'TICKET_CREATED': return life.length > 0 ? [{ at: life[0]!.at, line: lastLineAt(life[0]!.at) }] : [];
    case 'TICKET_COMMENTED': return ofKind('COMMENT').map(({ at }) => ({ at, line: lastLineAt(at) }));
    case 'SLA_BREACHED': return ofKind('CLOCK_BREACHED');
    case 'SLA_AT_RISK': return risks.filter((at) => at <= now).map((at) => ({ at, line: lastLineAt(at) }));
    case 'TICKET_UPDATED': {
      const times = [...new Set(life.filter(({ kind }) => kind !== 'CREATED').map(({ at }) => at))];
      return times.filter((at) => tellsOfChange(life.filter((line) => line.at === at))).map((at) => ({ at, line: lastLineAt(at) }));
    }
    case 'TIME_SINCE': {
      const anchors = since === 'CREATED' ? life.slice(0, 1) : life.filter(({ at }, index) => life[index + 1]?.at !== at);
      return anchors.map(({ at }) => ({ at: at + afterMs!, line: lastLineAt(at + afterMs!) }))
        .filter(({ at, line }) => at <= now && (since === 'CREATED' || life[line]!.at === at - afterMs!));
    }
  }
}
