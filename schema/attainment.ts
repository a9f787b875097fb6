/** 达标率预警: limits in force. Shares are whole thousandths, so that 95.0 % never comes out as 94.999 %. */
export interface AttainmentLimits {
  /** The share of promises kept on one local day below which supervisors are warned; board and warning mean the same one. */
  thresholdPerMille: number;
  /** The warning is off again only from here on: a rate that swings around the limit is one warning, not twenty. */
  rearmPerMille: number;
  /** So many clocks must have ended before the share says anything. */
  sampleMin: number;
}

/** What holds until somebody saves other limits. */
export const DEFAULT_LIMITS: AttainmentLimits = { thresholdPerMille: 950, rearmPerMille: 955, sampleMin: 20 };

/** Whether what was kept of all that ended reaches a share. */
export const reaches = (kept: number, all: number, perMille: number): boolean => kept * 1_000 >= perMille * all;
