import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AppError, appError, isUnexpected, refuse, toGraphqlError, toProblem } from './index.ts';

const words = { zh: '名称太长。', en: 'The name is too long.' };
const located = (cause: Error) => new GraphQLError(cause.message, { originalError: cause, path: ['room'] });

describe('toGraphqlError', () => {
  it.each<[string, unknown, string, boolean]>([
    ['a known failure', located(appError('CONFLICT', { internal: 'SECRET' })), 'CONFLICT', false],
    ['a refusal of a query', located(refuse('TOO_LONG', 'name', words)), 'BAD_USER_INPUT', false],
    ['a query of ours that lost its database on the way', located(new Error('Failed query', { cause: Object.assign(new Error('SECRET'), { code: 'PROTOCOL_CONNECTION_LOST' }) })), 'UNAVAILABLE', true],
    ['a malformed document', new GraphQLError('Syntax Error'), 'BAD_USER_INPUT', false],
    ['a variable that a scalar refused', new GraphQLError('Variable "$at" got invalid value', { originalError: new GraphQLError('not an instant') }), 'BAD_USER_INPUT', false],
    ['a value of ours that does not fit the schema', new GraphQLError('Enum "State" cannot represent value: "SECRET"', { path: ['room', 'state'] }), 'INTERNAL', true],
    ['an unexpected failure', located(new Error('SECRET')), 'INTERNAL', true],
    ['something thrown that is no error', 'SECRET', 'INTERNAL', true],
  ])('gives %s its code and keeps secrets in', (_name, error, code, isLogged) => {
    const given = toGraphqlError(error, 'req-1', 'EN');
    expect(given.extensions).toEqual({ code, requestId: 'req-1', ...(code === 'UNAVAILABLE' ? { retryAfterMs: 500 } : {}) });
    expect(JSON.stringify(given)).not.toContain('SECRET');
    expect(isUnexpected(error)).toBe(isLogged);
  });

  it('speaks the language of the caller and says when to come back', () => {
    expect(toGraphqlError(refuse('TOO_LONG', 'name', words), 'r', 'ZH_CN').message).toBe('名称太长。');
    expect(toGraphqlError(appError('RATE_LIMITED', { retryAfterMs: 500 }), 'r', 'EN').extensions.retryAfterMs).toBe(500);
  });
});

describe('toProblem', () => {
  it.each<[unknown, number, string]>([
    [appError('FORBIDDEN', { internal: 'SECRET' }), 403, 'FORBIDDEN'],
    [refuse('FILE_TOO_LARGE', null, words), 413, 'FILE_TOO_LARGE'],
    [refuse('TOO_LONG', 'name', words), 422, 'TOO_LONG'],
    [Object.assign(new Error('SECRET'), { code: 'ECONNREFUSED' }), 503, 'UNAVAILABLE'],
    [new Error('SECRET'), 500, 'INTERNAL'],
  ])('turns %s into %i', (error, status, code) => {
    const problem = toProblem(error, 'req-1', 'EN');
    expect(problem).toMatchObject({ status, code, requestId: 'req-1' });
    expect(JSON.stringify(problem)).not.toContain('SECRET');
  });

  it('is an AppError by its class, not by its looks', () => {
    expect(toProblem({ code: 'FORBIDDEN' }, 'r', 'EN').code).toBe('INTERNAL');
    expect(appError('CONFLICT')).toBeInstanceOf(AppError);
  });
});
