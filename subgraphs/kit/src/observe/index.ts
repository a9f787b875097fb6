export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { counter, countsOfProcess, gauge, histogram, nameProcess, printMetrics, registry, type ProcessCounts } from './metrics.ts';
export { checkHealth, createReadiness, type Readiness } from './health.ts';
