import { join } from 'node:path';
import { createKeyring } from '@careline/kit/crypto';
import { createLive } from '@careline/kit/live';
import { createLogger, giveBackWhenQuiet } from '@careline/kit/observe';
import { systemClock } from '@careline/kit/time';
import { z } from 'zod';
import { loadConfig } from '@careline/kit/config';
import { loadGatewayConfig } from './config.ts';
import { createGateway } from './gateway.ts';

// The gateway as a process of its own, in front of networked subgraphs.
const env = loadConfig(z.object({
  REDIS_URL: z.string().default('redis://127.0.0.1:6379'),
  DATA_DIR: z.string().default('.data'),
  CARELINE_KEYS: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
}));
const log = createLogger({ level: env.LOG_LEVEL, name: 'gateway' });
const live = await createLive({ redisUrl: env.REDIS_URL, log });
const keyring = createKeyring({ file: join(env.DATA_DIR, 'keys.json'), env: env.CARELINE_KEYS });
const gateway = await createGateway({ deps: { keyring, redisUrl: env.REDIS_URL, clock: systemClock, log, live }, config: loadGatewayConfig() });
const { url } = await gateway.listen();
log.info({ url }, 'gateway listens');
giveBackWhenQuiet();

const END_WITHIN_MS = 60_000;
let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  await gateway.close();
  await live.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
