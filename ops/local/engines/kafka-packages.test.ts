import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { NoKafka, provideKafka } from './kafka-packages.mjs';

afterEach(() => vi.unstubAllEnvs());

it('says why there is no Kafka, and leaves nothing half-made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'careline-kafka-'));
  // A registry that nobody can reach, for a Maven that knows nothing yet; and where there is none, an apt-get that can't either.
  vi.stubEnv('MAVEN_OPTS', `-Dmaven.repo.local=${join(folder, 'repository')} ${['http', 'https'].map((scheme) => `-D${scheme}.proxyHost=127.0.0.1 -D${scheme}.proxyPort=9`).join(' ')}`);
  vi.stubEnv('APT_CONFIG', '/nowhere');
  vi.stubEnv('XDG_CACHE_HOME', folder);
  const refused = await provideKafka(() => {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NoKafka);
  expect((refused as Error).message).toMatch(/Maven|Java/);
  expect(readdirSync(join(folder, 'careline/kafka'))).toEqual([]);
  rmSync(folder, { recursive: true });
}, 120_000);
