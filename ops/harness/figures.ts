/** The share `p` (0 to 1) of sorted-on-the-way samples lies at or below this value; 0 without samples. */
export function percentile(samples: readonly number[], p: number): number {
  if (samples.length === 0) return 0;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)]!;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Says the figures of a benchmark as its last line, or as JSON for a program. */
export function report(name: string, figures: Record<string, number>, isJson: boolean): void {
  const rounded = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toFixed(2))]));
  console.log(isJson ? JSON.stringify(rounded) : `bench ${name}: ${Object.entries(rounded).map(([key, value]) => `${key}=${value}`).join(' ')}`);
}
