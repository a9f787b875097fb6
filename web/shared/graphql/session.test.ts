import { describe, expect, it, vi } from 'vitest';
import { Session } from './session.ts';

const good = (token: string) => ({ accessToken: token, refreshToken: null, expiresAt: new Date(Date.now() + 600_000).toISOString(), userErrors: [] });

/** A session whose server the test plays: each call takes the next answer. */
function play(...answers: Array<object | Error>) {
  const onChange = vi.fn();
  const send = vi.fn(async (_url: unknown, _init?: RequestInit) => {
    const answer = answers.shift() ?? new Error('no answer left');
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer));
  });
  const session = new Session({ endpoint: '/graphql', locale: () => 'zh-CN', onChange, fetch: send as typeof fetch });
  return { session, send, onChange };
}

describe('Session', () => {
  it('signs in, keeps the token in memory and asks for the cookie', async () => {
    const { session, send, onChange } = play({ data: { signIn: good('a') } });
    await session.signIn({ name: 'n', password: 'p' });
    expect(await session.token()).toBe('a');
    expect(send).toHaveBeenCalledOnce();
    expect((send.mock.calls[0]![1]!.headers as Record<string, string>)['x-careline-cookie']).toBe('1');
    expect(onChange).toHaveBeenCalledExactlyOnceWith('signedIn');
    expect(JSON.stringify({ ...localStorage })).not.toContain('"a"');
  });

  it('renews once for all who ask at the same time: a refresh token used twice would end the sign-in', async () => {
    const { session, send } = play({ data: { refreshSignIn: good('b') } });
    expect(await Promise.all([session.token(), session.token(), session.renew()])).toEqual(['b', 'b', true]);
    expect(send).toHaveBeenCalledOnce();
  });

  it('is signed out when the refresh token is refused', async () => {
    const refused = { accessToken: null, refreshToken: null, expiresAt: null, userErrors: [{ code: 'WRONG_CREDENTIALS', field: null, message: 'x' }] };
    const { session, onChange } = play({ data: { refreshSignIn: refused } });
    expect(await session.renew()).toBe(false);
    expect(await session.token()).toBeNull();
    expect(onChange).toHaveBeenCalledExactlyOnceWith('signedOut');
  });

  it('stays as it is while the server is out of reach', async () => {
    const { session, onChange } = play(new TypeError('Failed to fetch'), { data: { refreshSignIn: good('c') } });
    await expect(session.renew()).rejects.toMatchObject({ code: 'NETWORK', isRetryable: true });
    expect(onChange).not.toHaveBeenCalled();
    expect(await session.token()).toBe('c');
  });

  it('says why by code when the server throws', async () => {
    const { session } = play({ errors: [{ message: 'x', extensions: { code: 'RATE_LIMITED', requestId: 'req_1', retryAfterMs: 60_000 } }] });
    await expect(session.signIn({ name: 'n', password: 'p' })).rejects.toMatchObject({ code: 'RATE_LIMITED', requestId: 'req_1', retryAfterMs: 60_000 });
  });
});
