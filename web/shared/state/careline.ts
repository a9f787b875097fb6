import type { Api } from '../graphql/client.ts';
import type { Session } from '../graphql/session.ts';
import type { LiveSocket } from '../graphql/socket.ts';

/** What every store speaks to the server through. */
export interface Careline {
  session: Session;
  api: Api;
  socket: LiveSocket;
}

let current: Careline | null = null;

export function provideCareline(careline: Careline): void {
  current = careline;
}

export function useCareline(): Careline {
  if (!current) throw new Error('provideCareline() comes before the first store');
  return current;
}
