import type { ProcessDeps } from '@careline/kit/deps';
import type { Subgraph } from '@careline/kit/graphql';
import { createServices } from '@careline/kit/services';
import { systemClock } from '@careline/kit/time';
import { DemoApi, DemoRefusal } from './demo/demo-api.ts';
import { DemoClock } from './demo/demo-clock.ts';
import { AGENTS, DEMO_PASSWORD } from './demo/people.ts';
import { dropDatabases, isSetUp, noteTelling, readTelling } from './demo/telling.ts';
import { seedDemo } from './seed.ts';
import { closeSubgraphs, openSubgraphs } from './subgraphs.ts';

export interface DemoSignIn {
  role: string;
  email: string;
  password: string;
}

/** Roles in the order in which a newcomer wants to try them. */
const SHOWN = ['agent', 'supervisor', 'admin'] as const;

/**
 * Tells the demo into an empty system, with subgraphs of its own whose clock stands in the past.
 * A system that has people is left alone. A telling that was cut off is told anew on engines of our own: nobody was let in
 * before it was over; on other engines it is left as it is. Returns the accounts to try, none when there is no demo.
 */
export async function seedEmptySystem(deps: ProcessDeps, { ownsEngines, say }: { ownsEngines: boolean; say(text: string): void }): Promise<DemoSignIn[]> {
  let state = readTelling(deps.dataDir);
  if (state === 'CUT' && ownsEngines) {
    say('the demo was cut off while it was told; telling it anew');
    await dropDatabases(deps);
    state = 'NONE';
  }
  if (state === 'CUT') say('the demo was cut off while it was told, and is not whole; to have it told anew, empty the databases and delete demo.json in the data folder');
  if (state === 'CUT' || state === 'LEFT') return [];
  if (state === 'NONE') {
    if (await isSetUp(deps)) return [];
    noteTelling(deps.dataDir, { begunAt: new Date().toISOString() });
    if (!(await tellDemo(deps, say))) return [];
    noteTelling(deps.dataDir, { toldAt: new Date().toISOString() });
  }
  return SHOWN.flatMap((role) => {
    const agent = AGENTS.find((one) => one.role === role);
    return agent ? [{ role, email: agent.email, password: DEMO_PASSWORD }] : [];
  });
}

async function tellDemo(deps: ProcessDeps, say: (text: string) => void): Promise<boolean> {
  const now = systemClock.now();
  const clock = new DemoClock(now);
  const services = createServices({ clock, secret: deps.keyring.secret('internal'), name: 'demo' });
  const subgraphs = await openSubgraphs({ ...deps, clock, services });
  try {
    return await seedDemo({ subgraphs, clock, now, say });
  } finally {
    await closeSubgraphs(subgraphs);
  }
}

/** The demo accounts whose well-known password still opens the door, found by trying it. */
export async function openDemoAccounts(subgraphs: readonly Subgraph[]): Promise<string[]> {
  const api = new DemoApi(subgraphs, systemClock);
  const open: string[] = [];
  for (const { email } of AGENTS) {
    try {
      const { accessToken } = await api.tell<{ accessToken: string }>('conversations', 'signIn', { name: email, password: DEMO_PASSWORD }, 'accessToken', null);
      open.push(email);
      await api.ask('conversations', 'mutation { signOut { signedOutAt } }', {}, await api.identityOf(accessToken));
    } catch (error) {
      if (!(error instanceof DemoRefusal)) throw error;
    }
  }
  return open;
}
