import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SUBGRAPHS = ['conversations', 'tickets', 'knowledge', 'analytics'];

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  networks: Record<string, unknown>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: unknown[];
  profiles?: string[];
}

/** The command of Compose that is installed here: the plugin of Docker, or the program of Debian. */
const compose = [['docker', 'compose'], ['docker-compose']].find(([command, ...first]) => spawnSync(command!, [...first, 'version'], { stdio: 'ignore' }).status === 0);

/** The whole description as Compose understands it, with nothing set but this; an `.env` of the checkout does not count. */
function config(env: Record<string, string>, flags: string[] = []) {
  const [command, ...first] = compose!;
  const nothing = join(mkdtempSync(join(tmpdir(), 'careline-')), 'empty.env');
  writeFileSync(nothing, '');
  return spawnSync(command!, [...first, '--env-file', nothing, ...flags, 'config'], { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env.PATH!, ...env } });
}

const read = (env: Record<string, string> = {}, flags: string[] = []) => (parse(config({ CARELINE_DB_PASSWORD: 'kept-apart', ...env }, flags).stdout) as { services: Record<string, Service> }).services;
/** The services that start unless told otherwise; the program of Debian lists the others too. */
const readServices = () => Object.fromEntries(Object.entries(read()).filter(([, { profiles = [] }]) => profiles.length === 0));
const ENGINES = ['mysql', 'redis'];

describe.skipIf(!compose)(`the composed system${compose ? '' : ' (Compose is not installed here)'}`, () => {
  it('is not even described without a password for its database', () => {
    const { status, stderr } = config({});
    expect(status).not.toBe(0);
    expect(stderr).toContain('put CARELINE_DB_PASSWORD into .env');
  });

  it('has the gateway, and of every subgraph an api and a worker, each a process that starts a file which is there', () => {
    const services = readServices();
    expect(Object.keys(services).sort()).toEqual(['gateway', ...ENGINES, ...SUBGRAPHS.flatMap((name) => [`${name}-api`, `${name}-worker`])].sort());
    for (const name of Object.keys(services).filter((one) => !ENGINES.includes(one))) {
      const [program, file] = services[name]!.command!;
      expect(program).toBe('node');
      expect(existsSync(`${ROOT}${file}`), `${name} starts ${file}`).toBe(true);
      if (name !== 'gateway') expect(services[name]!.environment!.ROLE).toBe(name.endsWith('-worker') ? 'worker' : 'api');
    }
  });

  it('starts each when what it needs is well, and tells how each is', () => {
    for (const [name, { depends_on: needs, healthcheck }] of Object.entries(readServices())) {
      expect(healthcheck!.test.length, name).toBeGreaterThan(1);
      if (ENGINES.includes(name)) continue;
      expect(needs, name).toMatchObject({ mysql: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } });
    }
    expect(readServices().gateway!.depends_on).toMatchObject(Object.fromEntries(SUBGRAPHS.map((name) => [`${name}-api`, { condition: 'service_healthy' }])));
  });

  it('has Kafka where it is asked for: a broker that is reached by the name it gives, and keeps what it holds', () => {
    const { kafka, ...others } = read({ KAFKA_BROKERS: 'kafka:9092' }, ['--profile', 'kafka']);
    expect(kafka!.profiles).toEqual(['kafka']);
    expect(kafka!.environment).toMatchObject({ KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9092', KAFKA_LOG_DIRS: '/var/lib/kafka/data' });
    expect(JSON.stringify(kafka)).toMatch(/kafka:\/var\/lib\/kafka\/data|"target":"\/var\/lib\/kafka\/data"/);
    expect([Object.keys(kafka!.networks), kafka!.ports]).toEqual([['inside'], undefined]);
    for (const name of Object.keys(others).filter((one) => !ENGINES.includes(one))) expect(others[name]!.environment!.KAFKA_BROKERS, name).toBe('kafka:9092');
    expect(readServices().gateway!.environment!.KAFKA_BROKERS).toBe('');
  });

  it('lets nothing but the gateway be reached from outside', () => {
    for (const [name, { networks, ports }] of Object.entries(readServices())) {
      if (name === 'gateway') continue;
      expect(Object.keys(networks), name).toEqual(['inside']);
      expect(ports, name).toBeUndefined();
    }
  });
});
