import { join } from 'node:path';
import type { SubgraphName } from '@careline/schema';
import { z } from 'zod';
import { loadConfig } from '../config/index.ts';
import { createKeyring } from '../crypto/index.ts';
import { createBus, kafkaFrom, kafkaShape, withKafka } from '../events/index.ts';
import type { SubgraphDeps } from '../graphql/index.ts';
import { createLive } from '../live/index.ts';
import { createLogger } from '../observe/index.ts';
import { isNetwork, reachableWith, smtpMailer } from '../outbound/index.ts';
import { createServices, type ProcessServices } from '../services/index.ts';
import { isTimeZone, systemClock } from '../time/index.ts';
import { checkDatabase } from './check-database.ts';

const url = z.string().refine((text) => URL.canParse(text), 'is not an address');

/** The settings that every process of the system shares. */
export const processShape = withKafka(z.object({
  DATABASE_URL: url,
  DATABASE_PREFIX: z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, 'may hold small letters, digits and _').default('careline'),
  REDIS_URL: url,
  ...kafkaShape,
  DATA_DIR: z.string().default('.data'),
  PUBLIC_URL: url.default('http://localhost:4000'),
  TIME_ZONE: z.string().default('Asia/Shanghai').refine(isTimeZone, 'is not an IANA time zone'),
  CLAMD_URL: z.string().refine(isScannerAddress, 'is neither tcp://host:port nor unix:/path').optional(),
  SMTP_URL: z.string().refine((text) => URL.canParse(text) && ['smtp:', 'smtps:'].includes(new URL(text).protocol), 'is neither smtp://… nor smtps://…').optional(),
  MAIL_FROM: z.string().refine((text) => /^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/.test(text), 'is no mail address').optional(),
  OUTBOUND_NETWORKS: z.string().default('').transform((text) => text.split(',').map((one) => one.trim()).filter(Boolean)).refine((networks) => networks.every(isNetwork), 'is no list of networks such as 10.0.0.0/8'),
  CARELINE_KEYS: z.string().optional(),
  CARELINE_WEAK_COMMITS: z.enum(['0', '1']).default('0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NODE_ENV: z.string().optional(),
  CONVERSATIONS_URL: url.optional(),
  TICKETS_URL: url.optional(),
  KNOWLEDGE_URL: url.optional(),
  ANALYTICS_URL: url.optional(),
}));

export type ProcessConfig = z.output<typeof processShape>;

/** What a composition root holds: the parts for its subgraphs and the way to let go of them. */
export interface ProcessDeps extends SubgraphDeps {
  services: ProcessServices;
  /** Closes what was opened here, after the subgraphs were stopped. */
  close(): Promise<void>;
}

function isScannerAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return protocol === 'unix:' ? pathname.startsWith('/') : protocol === 'tcp:' && hostname !== '';
}

/** The shared settings from the environment; throws ConfigError with all problems. */
export function loadProcessConfig(env: Record<string, string | undefined> = process.env): ProcessConfig {
  return loadConfig(processShape, env);
}

/**
 * Opens what the subgraphs of one process share. `name` tells the processes apart in logs (`api`, `worker`, `tickets`).
 * Throws ConfigError when a production database may forget what it has answered.
 * Each subgraph made with it must be given to `services.register`, so that its neighbours can ask it.
 */
export async function createDeps(name: string, config: ProcessConfig = loadProcessConfig()): Promise<ProcessDeps> {
  const log = createLogger({ name, level: config.LOG_LEVEL });
  const isProduction = config.NODE_ENV === 'production';
  await checkDatabase({ url: config.DATABASE_URL, isProduction, isWeakAllowed: config.CARELINE_WEAK_COMMITS === '1' }, log);
  const keyring = createKeyring({ env: config.CARELINE_KEYS, file: join(config.DATA_DIR, 'keys.json') });
  const live = await createLive({ redisUrl: config.REDIS_URL, log });
  const bus = await createBus({ redisUrl: config.REDIS_URL, kafka: kafkaFrom(config), log });
  const urls: Partial<Record<SubgraphName, string>> = {};
  const given = { conversations: config.CONVERSATIONS_URL, tickets: config.TICKETS_URL, knowledge: config.KNOWLEDGE_URL, analytics: config.ANALYTICS_URL };
  for (const [subgraph, address] of Object.entries(given)) if (address) urls[subgraph as SubgraphName] = address;
  return {
    databaseUrl: config.DATABASE_URL,
    databasePrefix: config.DATABASE_PREFIX,
    redisUrl: config.REDIS_URL,
    keyring, clock: systemClock, log, live, bus,
    services: createServices({ clock: systemClock, secret: keyring.secret('internal'), urls, name }),
    publicUrl: config.PUBLIC_URL,
    dataDir: config.DATA_DIR,
    timeZone: config.TIME_ZONE,
    clamdUrl: config.CLAMD_URL ?? null,
    mailer: config.SMTP_URL ? smtpMailer(config.SMTP_URL, config.MAIL_FROM ?? `careline@${new URL(config.PUBLIC_URL).hostname}`) : null,
    reachable: reachableWith(config.OUTBOUND_NETWORKS),
    isProduction,
    async close() {
      await live.close();
      await bus.close();
    },
  };
}
