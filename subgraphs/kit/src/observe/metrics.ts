import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Everything this process counts, as `/metrics` prints it. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

type LabelNames = readonly string[];

const known = <T>(name: string): T | undefined => registry.getSingleMetric(name) as T | undefined;

/** A number that only rises. The same name gives the same counter. */
export function counter(name: string, help: string, labels: LabelNames = []): Counter<string> {
  return known<Counter<string>>(name) ?? new Counter({ name, help, labelNames: labels, registers: [registry] });
}

/** A number that rises and falls; `collect` is asked for it when somebody looks. */
export function gauge(name: string, help: string, labels: LabelNames = [], collect?: (gauge: Gauge<string>) => void | Promise<void>): Gauge<string> {
  return known<Gauge<string>>(name) ?? new Gauge({
    name, help, labelNames: labels, registers: [registry],
    ...(collect ? { async collect(this: Gauge<string>) { await collect(this); } } : {}),
  });
}

/** How long things took, in seconds; the buckets surround the promises of 300 ms and 1.5 s. */
export function histogram(name: string, help: string, labels: LabelNames = [], buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 3, 10]): Histogram<string> {
  return known<Histogram<string>>(name) ?? new Histogram({ name, help, labelNames: labels, buckets, registers: [registry] });
}

/** What another process of the same machine counted, as `countsOf` there gave it. */
export type ProcessCounts = object[];

/** Sets the label `process` on everything this process counts, to tell it from its neighbours. */
export function nameProcess(name: string): void {
  registry.setDefaultLabels({ process: name });
}

/** Everything this process counts, for a neighbour that prints it beside its own. */
export function countsOfProcess(): Promise<ProcessCounts> {
  return registry.getMetricsAsJSON();
}

/** What `/metrics` prints: this process and its neighbours, each name once. Processes must have been named. */
export async function printMetrics(neighbours: readonly ProcessCounts[] = []): Promise<string> {
  if (neighbours.length === 0) return registry.metrics();
  return AggregatorRegistry.aggregate([await countsOfProcess(), ...neighbours]).metrics();
}
