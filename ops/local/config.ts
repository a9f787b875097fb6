import { isIP } from 'node:net';
import { loadConfig } from '@careline/kit/config';
import { z } from 'zod';

const shape = z.object({
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.string().optional(),
  NODE_ENV: z.string().optional(),
  CARELINE_DEMO: z.enum(['0', '1', 'off', 'on']).optional(),
  CARELINE_OWN_ENGINES: z.enum(['0', '1']).optional(),
});

export interface LocalConfig {
  /** Whether an empty system gets the demo. */
  isDemoWanted: boolean;
  /** Somebody on another machine can reach it, directly or through the public address. */
  isExposed: boolean;
  /** The engines belong to the data folder alone: `npm start` runs them. */
  ownsEngines: boolean;
}

/** What the one-process shape reads besides the settings of kit and gateway. */
export function loadLocalConfig(env: Record<string, string | undefined> = process.env): LocalConfig {
  const { HOST, PUBLIC_URL, NODE_ENV, CARELINE_DEMO, CARELINE_OWN_ENGINES } = loadConfig(shape, env);
  const isExposed = !isLoopback(HOST) || (PUBLIC_URL !== undefined && !isLoopback(new URL(PUBLIC_URL).hostname));
  const isOff = CARELINE_DEMO === '0' || CARELINE_DEMO === 'off';
  return { isExposed, ownsEngines: CARELINE_OWN_ENGINES === '1', isDemoWanted: NODE_ENV !== 'production' && !isOff && !isExposed };
}

/** Whether only this machine can reach the address. A name counts when it is localhost. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(bare) === 4) return bare.startsWith('127.');
  return bare === 'localhost' || bare === '::1' || bare.endsWith('.localhost');
}
