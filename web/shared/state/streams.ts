import { lossy, resumable, type LiveEvent, type LossyOptions, type Resumable, type ResumableOptions } from '../graphql/live.ts';
import type { TypedDocumentString } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';

const active = new Set<{ resubscribe?(): void; stop(): void }>();

type Served<Options extends { source: unknown; renew?: unknown; onSilence?: unknown }> = Omit<Options, 'source' | 'renew' | 'onSilence'>;

/** Follows one resumable stream of the API through the shared socket. */
export function followStream<Data, Variables extends Record<string, unknown>, Event extends LiveEvent>(
  document: TypedDocumentString<Data, Variables>,
  variablesAt: (afterSeq: number | null) => Variables,
  pick: (data: Data) => Event,
  options: Served<ResumableOptions<Event>>,
): Resumable {
  const { socket, session } = useCareline();
  const stream = resumable<Event>({
    ...options,
    source: (afterSeq, sink) => socket.subscribe<Data, Event>(document.toString(), variablesAt(afterSeq), pick, sink),
    renew: () => session.renew(),
    onSilence: () => socket.drop(),
  });
  active.add(stream);
  return {
    get position() { return stream.position; },
    advance: (seq) => stream.advance(seq),
    resubscribe: () => stream.resubscribe(),
    stop: () => {
      active.delete(stream);
      stream.stop();
    },
  };
}

/** Follows one lossy stream of the API through the shared socket. */
export function followState<Data, Variables extends Record<string, unknown>, Event>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => Event,
  options: Served<LossyOptions<Event>>,
): { stop(): void } {
  const { socket, session } = useCareline();
  const stream = lossy<Event>({
    ...options,
    source: (sink) => socket.subscribe<Data, Event>(document.toString(), variables, pick, sink),
    renew: () => session.renew(),
  });
  active.add(stream);
  return {
    stop: () => {
      active.delete(stream);
      stream.stop();
    },
  };
}

export function hasStreams(): boolean {
  return active.size > 0;
}

/** Does not wait for the backoff: the network is said to be back, or the agent asked. */
export function resubscribeAll(): void {
  active.forEach((stream) => stream.resubscribe?.());
}
