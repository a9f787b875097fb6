/** 达标率预警: the share of promises kept on one local day below which supervisors are warned; board and warning mean the same one. */
export const ATTAINMENT_MIN = 0.95;
/** So many clocks must have ended before the share says anything. */
export const SAMPLE_MIN = 20;
