import type { Say } from './words.ts';

/** What the embed script may ask of the frame. */
interface HostHandlers {
  open(): void;
  close(): void;
  identify(token: string): void;
}

/**
 * The origin that embeds the frame, when the server lists it for this channel (`*`: every page) or it is our own; null otherwise.
 * The browser keeps other pages out by the frame's header already; this holds where it does not.
 */
export function admittedHost(origin: string | null): string | null {
  const listed = document.querySelector<HTMLMetaElement>('meta[name="careline-hosts"]')?.content.split(' ') ?? [];
  return origin && (origin === location.origin || listed.includes('*') || listed.includes(origin)) ? origin : null;
}

/**
 * The frame's side of the talk with the page that embeds it. Only messages from the parent window
 * with exactly the given origin are heard, and answers go to that origin alone; without one there is no talk.
 */
export class HostLink {
  readonly #origin: string | null;

  constructor(origin: string | null, handlers: HostHandlers) {
    this.#origin = origin;
    addEventListener('message', (event: MessageEvent<{ careline?: 1; type?: string; token?: string }>) => {
      if (event.source !== parent || event.origin !== this.#origin || event.data?.careline !== 1) return;
      if (event.data.type === 'open') handlers.open();
      else if (event.data.type === 'close') handlers.close();
      else if (event.data.type === 'identify' && typeof event.data.token === 'string') handlers.identify(event.data.token);
    });
  }

  ready(say: Say): void {
    this.#tell({ type: 'words', open: say('launcher.open'), close: say('launcher.close'), frame: say('frame.title') });
    this.#tell({ type: 'ready' });
  }

  /** Lets the button wear the channel's colour. */
  color(accent: string): void {
    this.#tell({ type: 'color', accent });
  }

  closed(): void {
    this.#tell({ type: 'closed' });
  }

  unread(count: number): void {
    this.#tell({ type: 'unread', count });
  }

  #tell(message: object): void {
    if (parent !== window && this.#origin) parent.postMessage({ careline: 1, ...message }, this.#origin);
  }
}
