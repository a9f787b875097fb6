import { join } from 'node:path';
import { createKeyring } from '@careline/kit/crypto';
import { createLive } from '@careline/kit/live';
import { createLogger } from '@careline/kit/observe';
import { endInTime, giveBackWhenQuiet } from '@careline/kit/process';
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

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  endInTime((error) => {
    log.error({ err: error }, 'did not end cleanly');
    process.exit(1);
  });
  await gateway.close();
  await live.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
