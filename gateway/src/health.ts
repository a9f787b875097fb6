import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '@careline/kit/errors';
import { counter, createReadiness, gauge, histogram, printMetrics, registry, type ProcessCounts } from '@careline/kit/observe';
import { refuseMethod, sendJson, sendProblem } from '@careline/kit/rest';
import type { Arrival } from './facts.ts';
import type { SubgraphTransport } from './transports/transport.ts';

const duration = histogram('careline_gateway_operation_seconds', 'Time from admission to answer, by operation and outcome', ['operation', 'code']);
const requests = histogram('careline_gateway_http_seconds', 'Time of HTTP requests by door and status', ['door', 'status']);
const deprecated = counter('careline_deprecated_fields_total', 'Uses of fields that will be removed, by field and client', ['field', 'client']);
const NAMES_MAX = 500;
const names = new Set<string>();
const CLIENTS_MAX = 50;
const clients = new Set<string>();

/** Callers choose these names, so their number is bounded: the rest share one label. */
function labelOf(name: string, known: Set<string>, max: number): string {
  const label = known.has(name) || known.size < max ? name : 'other';
  known.add(label);
  return label;
}

/** Measures one operation; the returned function is called with its outcome. */
export function observeOperation(name: string): (code: string) => void {
  const stop = duration.startTimer({ operation: labelOf(name, names, NAMES_MAX) });
  return (code) => void stop({ code });
}

/** Counts who still asks for fields that will be removed. */
export function observeDeprecated(fields: Iterable<string>, clientName: string | null): void {
  for (const field of fields) deprecated.inc({ field, client: labelOf(clientName ?? 'unnamed', clients, CLIENTS_MAX) });
}

/** Measures one HTTP request from now until its answer is sent. */
export function observeRequest(door: string, res: ServerResponse): void {
  const stop = requests.startTimer({ door });
  res.once('close', () => stop({ status: String(res.statusCode) }));
}

const PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** `/healthz`, `/readyz` and `/metrics`; answers those alone. */
export interface HealthDoor {
  handle(path: string, req: IncomingMessage, res: ServerResponse, arrival: Arrival): Promise<boolean>;
  /** From now on `/readyz` answers 503, so that balancers look elsewhere. */
  drain(): void;
}

/** Gives what other processes of this machine count, those that answer. */
export type ReadNeighbours = () => Promise<readonly ProcessCounts[]>;

/**
 * Ready means: requests find their subgraphs. At the start all of them are waited for; later only the one that
 * everything begins with counts: the others are reported by name, but a missing one takes only its part of each
 * answer away.
 */
export function createHealthDoor(transports: ReadonlyMap<string, SubgraphTransport>, countSockets: () => number, readNeighbours: ReadNeighbours): HealthDoor {
  let isDraining = false;
  const isReady = createReadiness();
  gauge('careline_gateway_sockets', 'Open client sockets and event streams', [], (metric) => metric.set(countSockets()));
  const readiness = async () => {
    const reports = await Promise.all([...transports].map(async ([name, transport]) => {
      const report = await transport.health().catch(() => ({ isReady: false, checks: {} }));
      return [name, report] as const;
    }));
    const checks = Object.fromEntries(reports.map(([name, report]) => [name, report.isReady]));
    return { isReady: isReady({ isReady: checks.conversations ?? true, checks }) && !isDraining, isDraining, checks };
  };
  return {
    async handle(path, req, res, arrival) {
      if (!PATHS.has(path)) return false;
      if (req.method !== 'GET' && req.method !== 'HEAD') refuseMethod(res, 'GET, HEAD', arrival);
      else if (path === '/healthz') sendJson(res, 200, { status: 'ok' });
      else if (path === '/readyz') {
        const report = await readiness();
        sendJson(res, report.isReady ? 200 : 503, report);
      } else if (!isNear(req)) sendProblem(res, refuse('NOT_FOUND', null, { zh: '没有这个页面。', en: 'There is no such page.' }), arrival);
      else {
        const printed = await printMetrics(await readNeighbours());
        res.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' });
        res.end(printed);
      }
      return true;
    },
    drain: () => { isDraining = true; },
  };
}

// Metrics name operations and load; a proxied request comes from outside whatever its socket says.
function isNear(req: IncomingMessage): boolean {
  const address = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (req.headers['x-forwarded-for'] || req.headers.forwarded) return false;
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(address) || address === '::1' || /^f[cd]/i.test(address);
}
