import { z } from 'zod';
import { loadConfig } from '../config/index.ts';

/** Brokers to begin with, and how to speak to them. */
export interface KafkaAddress {
  brokers: { host: string; port: number }[];
  isTls: boolean;
  /** Null: the brokers ask for no account. */
  account: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string } | null;
}

/** Brokers as `host:port,[::1]:port`; null when one of them is not. */
function brokersIn(text: string): KafkaAddress['brokers'] | null {
  const brokers = text.split(',').map((one) => /^\s*(?:\[([0-9a-f:]+)\]|([a-z0-9._-]+)):(\d{1,5})\s*$/i.exec(one));
  const known = brokers.flatMap((found) => (found && Number(found[3]) >= 1 && Number(found[3]) <= 65_535 ? [{ host: (found[1] ?? found[2])!, port: Number(found[3]) }] : []));
  return known.length === brokers.length ? known : null;
}

/** The variables that say where Kafka is. */
export const kafkaShape = {
  KAFKA_BROKERS: z.string().refine((text) => brokersIn(text) !== null, 'is no list of brokers such as kafka-1:9092,kafka-2:9092').optional(),
  KAFKA_TLS: z.enum(['0', '1']).default('0'),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
  KAFKA_MECHANISM: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).default('SCRAM-SHA-512'),
};

type KafkaSettings = z.output<z.ZodObject<typeof kafkaShape>>;

/** An account is a name and a password, and for a broker. */
const isAccountWhole = ({ KAFKA_BROKERS: brokers, KAFKA_USERNAME: username, KAFKA_PASSWORD: password }: Partial<KafkaSettings>) =>
  Boolean(username) === Boolean(password) && (!username || Boolean(brokers));

/** Refuses half an account, together with all else that is wrong with the settings. */
export const withKafka = <Shape extends z.ZodObject>(shape: Shape) => shape.refine(isAccountWhole, { path: ['KAFKA_USERNAME'], error: 'and KAFKA_PASSWORD: set both, with KAFKA_BROKERS, or neither', when: () => true });

/** The address that the settings give; null when events travel over Redis. */
export function kafkaFrom(settings: KafkaSettings): KafkaAddress | null {
  const brokers = brokersIn(settings.KAFKA_BROKERS ?? '');
  if (!brokers) return null;
  const { KAFKA_TLS: tls, KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_MECHANISM: mechanism } = settings;
  return { brokers, isTls: tls === '1', account: username && password ? { mechanism, username, password } : null };
}

/** The address that an environment gives; throws ConfigError when it gives none that could be. */
export const loadKafka = (env: Record<string, string | undefined>) => kafkaFrom(loadConfig(withKafka(z.object(kafkaShape)), env));

/** What a topic or a group is called in a cluster that other installations may share. */
export const kafkaName = (prefix: string, name: string) => `${prefix.replaceAll(/[^\w.-]/g, '.')}careline.${name}`;
