export interface MissedChanges {
  /** The stream is being opened, for the first time or again. */
  opened(): void;
  /** A state of the conversation came; true when its messages have to be read again. */
  hears(version: number): boolean;
  /** Reading them again failed: the next time the stream opens they are asked for again. */
  failed(): void;
}

/**
 * What was changed in messages while a stream was cut, such as one taken back, no event tells afterwards. Every such change moves the
 * version of the conversation, and its state is the first that a stream tells: a version that moved between two lines says it.
 * `version` is that of what is known already; null when the stream brings every message by itself.
 */
export function missedChanges(version: number | null): MissedChanges {
  let known = version;
  let isFirst = true;
  let isOwed = false;
  return {
    opened: () => { isFirst = true; },
    hears: (next) => {
      const isMissed = isFirst && (isOwed || (known !== null && next > known));
      if (isFirst) isOwed = false;
      isFirst = false;
      known = Math.max(known ?? 0, next);
      return isMissed;
    },
    failed: () => { isOwed = true; },
  };
}
