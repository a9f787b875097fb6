export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { counter, gauge, histogram, registry } from './metrics.ts';
export { checkHealth } from './health.ts';
