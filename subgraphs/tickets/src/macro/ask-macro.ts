import { factsOf } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';

export type TicketVerb = 'TICKET_REPLY' | 'TICKET_COMMENT' | 'TICKET_ADD_TAG' | 'TICKET_SET_PRIORITY' | 'TICKET_SET_STATE' | 'TICKET_SET_CATEGORY' | 'TICKET_ASSIGN' | 'TICKET_ASSIGN_TEAM';

/** A step on a ticket. */
export interface TicketStep {
  /** Its place among all steps of the macro. */
  place: number;
  verb: TicketVerb;
  value: string | null;
  label: string | null;
  /** What the variables of its text stand for outside the ticket. */
  values: Readonly<Record<string, string>>;
}

/** A macro as whoever runs it sees it, with its steps on a ticket. */
export interface Macro {
  id: string;
  name: string;
  version: number;
  isRetired: boolean;
  /** Whether it has steps on a conversation too. */
  hasTalk: boolean;
  steps: TicketStep[];
}

type Step = Omit<TicketStep, 'place' | 'verb' | 'values'> & { verb: string; values: Record<string, string> | null };
type Found = Omit<Macro, 'steps' | 'hasTalk'> & { steps: Step[] };

const ASK = `query MacroOnTicket($macros: [_Any!]!, $conversationId: ID, $customerId: ID) { _entities(representations: $macros) {
  ... on Macro { id name version isRetired steps { verb value label values(conversationId: $conversationId, customerId: $customerId) } } } }`;

/**
 * Asks conversations for a macro in the name of who runs it: neither the macro nor a name behind a variable is told to who may
 * not see it. Null when there is none in sight; throws UNAVAILABLE while conversations is away.
 */
export async function askMacro(ctx: TicketsContext, macroId: string, place: { conversationId?: string | null; customerId: string | null }): Promise<Macro | null> {
  const variables = { macros: [{ __typename: 'Macro', id: macroId }], conversationId: place.conversationId ?? null, customerId: place.customerId };
  const { _entities: [found] } = await ctx.services.query<{ _entities: [Found | null] }>('conversations', ASK, variables, factsOf(ctx));
  if (!found) return null;
  const steps = found.steps.map((step, at) => ({ ...step, place: at, values: step.values ?? {} })).filter((step): step is TicketStep => step.verb.startsWith('TICKET_'));
  return { ...found, steps, hasTalk: steps.length < found.steps.length };
}
