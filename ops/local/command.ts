import { isHelpAsked } from './arguments.mjs';
import { asker, AskError, type Ask } from '../harness/people.ts';

/** How commands end that speak with a running Careline; ops/README.md says when. */
export const EXIT = { mistakes: 1, usage: 2, refused: 3 } as const;
const ANSWER_MS = 30_000;

/** Ends the command with a sentence and a code of its own. */
export class Stop extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Asks the public API that the environment names, in the language of `LANG`; what it refuses, and that nobody answers, ends the command. */
export async function withApi(use: (ask: Ask) => Promise<void>): Promise<void> {
  const { CARELINE_URL: url = 'http://127.0.0.1:4000', CARELINE_TOKEN: token, LANG: language = '' } = process.env;
  if (!token) throw new Stop(EXIT.usage, 'CARELINE_TOKEN is missing: make an access token in the console and set it');
  try {
    await use(asker(url.replace(/\/$/, ''), () => token, ANSWER_MS, language.startsWith('zh') ? 'zh-CN' : 'en'));
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(EXIT.refused, error instanceof AskError ? `${error.sentence} (${error.code})` : `Careline at ${url} does not answer as expected: ${(error as Error).message}`);
  }
}

/** Runs a command with what stands behind its name; asked for `--help` it only prints how the command is used. */
export async function runCommand(usage: string, main: (args: string[]) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  if (isHelpAsked(args)) return console.log(`Usage: ${usage}`);
  try {
    await main(args);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = error instanceof Stop ? error.exitCode : EXIT.refused;
  }
}
