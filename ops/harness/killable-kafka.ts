import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, kafkaEngine } from '../local/engines/kafka.mjs';
import { provideKafka } from '../local/engines/kafka-packages.mjs';
import { killable, type KillableEngine } from './killable-engines.ts';

export interface KillableKafka extends KillableEngine {
  port: number;
  /** Ends it and throws away what it holds. */
  stop(): Promise<void>;
}

/** A broker in a temporary folder that nobody watches over; not started yet. */
export async function makeKillableKafka(): Promise<KillableKafka> {
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'careline-kafka-'));
  const ports = await freePorts();
  const engine = killable(await kafkaEngine({ binary: await provideKafka(say), folder: join(folder, 'kafka'), ports, account: { username: 'careline', password: 'nobody-asks' }, say }));
  return {
    ...engine,
    get pid() {
      return engine.pid;
    },
    port: ports.open,
    async stop() {
      await engine.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
