import { expect, it } from 'vitest';
import { loadKafka } from './index.ts';

const account = { KAFKA_USERNAME: 'careline', KAFKA_PASSWORD: 'word' };

it.each([
  ['none', {}, null],
  ['an empty list', { KAFKA_BROKERS: '' }, null],
  ['one', { KAFKA_BROKERS: 'kafka:9092' }, { brokers: [{ host: 'kafka', port: 9092 }], isTls: false, account: null }],
  ['several, with spaces', { KAFKA_BROKERS: 'kafka-1:9092, 10.0.0.7:9093,[::1]:1' }, { brokers: [{ host: 'kafka-1', port: 9092 }, { host: '10.0.0.7', port: 9093 }, { host: '::1', port: 1 }], isTls: false, account: null }],
  ['an account', { KAFKA_BROKERS: 'kafka:9092', KAFKA_TLS: '1', ...account }, { brokers: [{ host: 'kafka', port: 9092 }], isTls: true, account: { mechanism: 'SCRAM-SHA-512', username: 'careline', password: 'word' } }],
])('reads %s', (_name, env, expected) => {
  expect(loadKafka(env)).toEqual(expected);
});

it.each([
  ['no port', { KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS'],
  ['a port that is none', { KAFKA_BROKERS: 'kafka:65536' }, 'KAFKA_BROKERS'],
  ['an address', { KAFKA_BROKERS: 'kafka://kafka:9092' }, 'KAFKA_BROKERS'],
  ['an empty place', { KAFKA_BROKERS: 'kafka:9092,' }, 'KAFKA_BROKERS'],
  ['half an account', { KAFKA_BROKERS: 'kafka:9092', KAFKA_USERNAME: 'careline' }, 'KAFKA_USERNAME'],
  ['an account for no broker', account, 'KAFKA_USERNAME'],
])('refuses %s', (_name, env, name) => {
  expect(() => loadKafka(env)).toThrow(`${name}: `);
});
