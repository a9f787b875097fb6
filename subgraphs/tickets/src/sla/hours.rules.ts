import type { BusinessHours } from '@careline/kit/time';

export type SpecialDayKind = 'HOLIDAY' | 'MAKE_UP_WORKDAY' | 'OTHER_HOURS';

/** A version of business hours as it is stored: what counts, and what the special days are called. */
export interface HoursContent extends BusinessHours {
  specialDayNames?: Readonly<Record<string, { name: string; kind: SpecialDayKind }>>;
}
