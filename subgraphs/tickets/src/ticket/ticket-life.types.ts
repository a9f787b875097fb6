import type { TermsRef } from '../sla/index.ts';
import type { TeamIds } from './teams.ts';
import type { CategoryRow, EntryRow, Visibility } from './ticket.tables.ts';

/** The words of a comment that goes with an entry. */
export interface Said {
  clientCommentId: string;
  visibility: Visibility;
  text: string;
  attachmentIds: string[];
  mentionIds?: string[];
}

export interface Added {
  /** Terms that hold from here on; absent: the same as before. */
  terms?: { ref: TermsRef | null };
  said?: Said;
  /** Why, in the words of who does it; kept sealed. */
  reason?: string | null | undefined;
  /** The system acts, not the caller. */
  isSystem?: boolean;
  /** Who did it when, where it is told again. */
  retold?: Pick<EntryRow, 'actorKind' | 'actorId' | 'at'> | undefined;
}

/** An automation rule, and those whose steps set it off, the first one first. */
export interface ActingRule {
  id: string;
  chain: readonly string[];
}

/** What a change needs to know besides the ticket. */
export interface Around {
  /** Null while nobody knows. */
  teams: TeamIds | null;
  categories: readonly CategoryRow[];
}
