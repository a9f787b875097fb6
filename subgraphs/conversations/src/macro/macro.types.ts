export type Sharing = 'ME' | 'TEAM' | 'ALL';
export type MacroVerb = 'SEND_MESSAGE' | 'ADD_NOTE' | 'ADD_TAG' | 'SET_PRIORITY' | 'ASSIGN' | 'TRANSFER' | 'CLOSE';

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
