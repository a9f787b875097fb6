/** A span of time from an instant on, up to another or without end. */
export interface TimeSpan {
  from: string;
  to: string | null;
}

/** An instant as addresses hold it; null for anything else. */
export function instantIn(word: unknown): string | null {
  const at = typeof word === 'string' ? Date.parse(word) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Reads `2026-11-30T10:00:00.000Z/2026-11-30T10:15:00.000Z`, as ISO 8601 spells an interval, or one without end; null for anything else. */
export function spanOf(word: unknown): TimeSpan | null {
  const [from, to] = (typeof word === 'string' ? word.split('/') : []).map(instantIn);
  return from ? { from, to: to ?? null } : null;
}

/** A span as it stands in an address. */
export const wordOfSpan = (span: TimeSpan | null): string => (span ? `${span.from}/${span.to ?? ''}` : '');
