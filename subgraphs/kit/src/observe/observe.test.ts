import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { checkHealth, counter, createLogger, createReadiness, registry } from './index.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ name: 'test', sink: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

describe('the logger', () => {
  it('blanks secrets and people’s words where they stand', () => {
    const line = logged((log) => log.info({ token: 'SECRET', input: { text: 'SECRET', phone: 'SECRET' }, request: { headers: { authorization: 'SECRET' } }, requestId: 'req-1' }, 'asked'));
    expect(line).not.toContain('SECRET');
    expect(JSON.parse(line)).toMatchObject({ requestId: 'req-1', msg: 'asked', name: 'test' });
  });

  it('keeps statement and values of a database error out', () => {
    const driver = Object.assign(new Error("Duplicate entry '+8613800138000' for key 'phone'"), { errno: 1062, sqlState: '23000', sql: "INSERT 'SECRET'", code: 'ER_DUP_ENTRY' });
    const wrapped = new DrizzleQueryError('insert into customers', ['SECRET'], driver);
    for (const err of [driver, wrapped]) {
      const line = logged((log) => log.error({ err }, 'failed'));
      expect(line).not.toMatch(/SECRET|13800138000/);
      expect(line).toContain('ER_DUP_ENTRY');
    }
  });
});

describe('metrics and health', () => {
  it('give one counter per name, however often it is asked for', async () => {
    counter('careline_test_total', 'Test.', ['kind']).inc({ kind: 'a' });
    counter('careline_test_total', 'Test.', ['kind']).inc({ kind: 'a' });
    expect(await registry.getSingleMetricAsString('careline_test_total')).toMatch(/careline_test_total\{kind="a"[^}]*\} 2/);
  });

  it('report each dependency: up, down, and too late', async () => {
    const health = await checkHealth({ up: async () => 1, down: () => Promise.reject(new Error('no')), no: async () => false, late: () => new Promise(() => {}) }, 20);
    expect(health).toEqual({ isReady: false, checks: { up: true, down: false, no: false, late: false } });
  });
});

describe('readiness', () => {
  const report = (isReady: boolean, ...answers: boolean[]) => ({ isReady, checks: Object.fromEntries(answers.map((answer, index) => [`part${index}`, answer])) });

  it('waits for every dependency at first, later only for what it cannot do without', () => {
    const isReady = createReadiness();
    expect([report(true, true, false), report(true, true, true), report(true, true, false), report(false, true, true), report(true, false, false)].map(isReady)).toEqual([false, true, true, false, true]);
  });

  it('does not wait for ever', () => {
    const isReady = createReadiness(0);
    expect([report(true, true, false), report(false, true, true)].map(isReady)).toEqual([true, false]);
  });
});
