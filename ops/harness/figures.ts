/** The share `p` (0 to 1) of sorted-on-the-way samples lies at or below this value; 0 without samples. */
export function percentile(samples: readonly number[], p: number): number {
  if (samples.length === 0) return 0;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)]!;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}
