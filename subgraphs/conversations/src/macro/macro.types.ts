export type Sharing = 'ME' | 'TEAM' | 'ALL';
/** What is done to a conversation. */
export type ConversationVerb = 'SEND_MESSAGE' | 'ADD_NOTE' | 'ADD_TAG' | 'SET_PRIORITY' | 'ASSIGN' | 'TRANSFER' | 'CLOSE';
/** What is done to a ticket, by tickets. */
export type TicketVerb = 'TICKET_REPLY' | 'TICKET_COMMENT' | 'TICKET_ADD_TAG' | 'TICKET_SET_PRIORITY' | 'TICKET_SET_STATE' | 'TICKET_SET_CATEGORY' | 'TICKET_ASSIGN' | 'TICKET_ASSIGN_TEAM';
export type MacroVerb = ConversationVerb | TicketVerb;

/** Whose something saved is: `authorId` counts for ME, `teamId` for TEAM. */
export interface Shared {
  sharing: Sharing;
  authorId: string;
  teamId: string | null;
}

/** One step of a macro as it is stored. */
export interface MacroStep {
  verb: MacroVerb;
  value: string | null;
}

/** A step on a conversation, with its place among all steps. */
export interface ConversationStep {
  place: number;
  verb: ConversationVerb;
  value: string | null;
}
