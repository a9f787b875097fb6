import { expect, it } from 'vitest';
import { testEngines } from '../testing/index.ts';
import { factsFrom, readDatabaseFacts } from './database-facts.ts';

it.each([
  ['a server that syncs both logs', { innodb_flush_log_at_trx_commit: '1', log_bin: 'ON', sync_binlog: '1' }, []],
  ['a server without a binary log', { innodb_flush_log_at_trx_commit: '1', log_bin: 'OFF', sync_binlog: '0' }, []],
  ['a server that does not know the variables', {}, []],
  ['a log flushed once a second', { innodb_flush_log_at_trx_commit: '2', log_bin: 'OFF' }, [/innodb_flush_log_at_trx_commit is 2/]],
  ['a binary log left to the system', { innodb_flush_log_at_trx_commit: '1', log_bin: 'ON', sync_binlog: '0' }, [/sync_binlog is 0/]],
  ['both of them', { innodb_flush_log_at_trx_commit: '0', log_bin: 'ON', sync_binlog: '100' }, [/is 0/, /is 100/]],
])('finds what may be lost with %s', (_name, variables, expected) => {
  expect(factsFrom(variables).weaknesses).toEqual(expected.map((words) => expect.stringMatching(words)));
});

it.each([
  ['9.7.4-2', 'MySQL 9.7.4-2'],
  ['10.11.19-MariaDB-deb12-log', 'MariaDB 10.11.19'],
])('calls %s by its name', (version, engine) => {
  expect(factsFrom({ version }).engine).toBe(engine);
});

it('asks the server itself', async () => {
  expect((await readDatabaseFacts(testEngines().databaseUrl)).engine).toMatch(/^(MySQL|MariaDB) \d+\.\d+/);
});
