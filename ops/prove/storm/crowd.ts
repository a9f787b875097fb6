import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Order, Return, Shown, Visitor } from './orders.ts';

type Report = Extract<Answer, { type: 'report' }>;

/** All visitors of the storm, spread over a few processes. */
export class Crowd {
  readonly #children: ChildProcess[];

  constructor(size: number) {
    this.#children = Array.from({ length: size }, () => fork(fileURLToPath(new URL('./crowd-process.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] }));
  }

  async open(urls: string[], visitors: readonly Visitor[]): Promise<void> {
    await this.#ask((index) => ({ type: 'open', urls, visitors: visitors.filter((_, place) => place % this.#children.length === index) }));
  }

  async cut(isByUs: boolean): Promise<void> {
    await this.#ask(() => ({ type: 'cut', isByUs }));
  }

  async report(): Promise<{ returns: Return[]; shown: Shown[]; seenAt: Map<string, number> }> {
    const reports = (await this.#ask(() => ({ type: 'report' }))) as Report[];
    return { returns: reports.flatMap((one) => one.returns), shown: reports.flatMap((one) => one.shown), seenAt: new Map(reports.flatMap((one) => one.seenAt)) };
  }

  end(): void {
    for (const child of this.#children) child.disconnect();
  }

  #ask(order: (index: number) => Order): Promise<Answer[]> {
    return Promise.all(this.#children.map((child, index) => {
      const answered = new Promise<Answer>((resolve, reject) => {
        const onExit = (code: number | null) => reject(new Error(`a crowd ended with ${code}`));
        child.once('exit', onExit);
        child.once('message', (answer) => {
          child.off('exit', onExit);
          resolve(answer as Answer);
        });
      });
      child.send(order(index));
      return answered;
    }));
  }
}
