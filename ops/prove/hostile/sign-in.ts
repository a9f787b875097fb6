import { randomBytes } from 'node:crypto';
import { median } from '../../harness/figures.ts';
import { PASSWORD, type Arena } from './arena.ts';
import type { Attack, Family } from './attack.ts';
import { stranger } from './wire.ts';

const verb = (name: string, selection = '') => `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
const SIGN_IN = verb('signIn', 'accessToken refreshToken');
const REFRESH = verb('refreshSignIn', 'accessToken refreshToken');
const from = (address: string) => ({ 'x-forwarded-for': address });
const guess = () => randomBytes(32).toString('base64url');

const minute = () => Math.floor(Date.now() / 60_000);

/**
 * Asks so often from one address that the next time is refused, and takes the time of that one. Rates are counted by the minutes of the
 * clock, so what began in one and ended in the next is tried again, from another address.
 */
const after = (times: number, name: string, expected: string, query: string, input: (arena: Arena) => object): Attack => ({
  name, expected, door: 'http', times: times > 0 ? 2 : 5,
  async run(arena) {
    const began = minute();
    const address = stranger();
    for (let index = 0; index < times; index += 1) await arena.graphql(query, { input: input(arena) }, null, from(address));
    const outcome = await arena.graphql(query, { input: input(arena) }, null, from(address));
    return minute() === began ? outcome : this.run(arena);
  },
});

const guesses: Attack[] = [
  after(10, 'the 11th wrong password', 'LOCKED_OUT', SIGN_IN, ({ outsider }) => ({ name: outsider.email, password: 'guess' })),
  after(10, 'the right password after ten wrong ones of an unknown name', 'LOCKED_OUT', SIGN_IN, () => ({ name: 'nobody@example.com', password: PASSWORD })),
  after(20, 'the 21st sign-in of an address in a minute', 'RATE_LIMITED', SIGN_IN, () => ({ name: `${guess()}@example.com`, password: 'x' })),
  after(0, 'a guessed invitation or reset link', 'WRONG_CREDENTIALS', verb('setPassword'), () => ({ token: guess(), newPassword: PASSWORD })),
  after(10, 'the 11th guessed link', 'LOCKED_OUT', verb('setPassword'), () => ({ token: guess(), newPassword: PASSWORD })),
  after(0, 'a guessed refresh token', 'WRONG_CREDENTIALS', REFRESH, () => ({ refreshToken: guess() })),
  after(0, 'a guessed rating link', 'WRONG_CREDENTIALS', verb('rateConversation'), ({ foreign }) => ({ token: `${foreign.conversationId}.9999999999.${guess()}`, score: 1, reasons: [] })),
  after(0, 'setting up what is set up', 'WRONG_STATE', verb('setUp'), () => ({ organisationName: 'Mine', timeZone: 'Asia/Shanghai', displayName: 'Me', email: 'me@example.com', password: PASSWORD })),
];

/** A wrong password is worked on like a right one, slowly; so is one of a name that does not exist. */
const sameTime: Attack = {
  name: 'the time of a refusal tells which names exist', expected: 'tells nothing', door: 'http', times: 1,
  async run(arena) {
    const time = async (name: string) => (await arena.graphql(SIGN_IN, { input: { name, password: 'a wrong password' } })).ms;
    const known: number[] = [];
    const unknown: number[] = [];
    let fastest = Infinity;
    for (let index = 0; index < 15; index += 1) {
      known.push(await time(arena.outsider.email));
      unknown.push(await time(`${guess()}@example.com`));
      const startedAt = performance.now();
      await arena.graphql('{ viewer { serverTime } }');
      fastest = Math.min(fastest, performance.now() - startedAt);
    }
    const ratio = median(known) / median(unknown);
    return { code: ratio > 0.7 && ratio < 1.4 ? 'tells nothing' : `${ratio.toFixed(2)}×`, ms: fastest };
  },
};

const signedIn = async (arena: Arena) => {
  const { text } = await arena.graphql(SIGN_IN, { input: { name: arena.outsider.email, password: PASSWORD } });
  return (JSON.parse(text) as { data: { signIn: { accessToken: string; refreshToken: string } } }).data.signIn;
};

/** A sign-in that has gone on: its first refresh token and the one after it were used. */
async function overtaken(arena: Arena) {
  const tokens = await signedIn(arena);
  const { text } = await arena.graphql(REFRESH, { input: { refreshToken: tokens.refreshToken } });
  const { refreshToken } = (JSON.parse(text) as { data: { refreshSignIn: { refreshToken: string } } }).data.refreshSignIn;
  await arena.graphql(REFRESH, { input: { refreshToken } });
  return tokens;
}

const reused: Attack[] = [
  {
    name: 'a refresh token whose successor was used', expected: 'WRONG_CREDENTIALS', door: 'http',
    async run(arena) {
      const { refreshToken } = await overtaken(arena);
      return arena.graphql(REFRESH, { input: { refreshToken } });
    },
  },
  {
    name: 'and then the sign-in it belonged to', expected: 'UNAUTHENTICATED', door: 'http',
    async run(arena) {
      const { refreshToken, accessToken } = await overtaken(arena);
      await arena.graphql(REFRESH, { input: { refreshToken } });
      return arena.graphql('{ viewer { serverTime } }', {}, accessToken);
    },
  },
];

export const signIn: Family = { name: 'sign-in', attacks: [...guesses, ...reused, sameTime] };
