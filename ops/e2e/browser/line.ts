import type { Page, Route, WebSocketRoute } from 'playwright-core';

/** A live line that the test can make late. Built in before the page is loaded. */
export interface Line {
  /** Keeps back what the server says from now on; what the page says still goes out. */
  hold(): void;
  /** Hands over everything kept back, in order. */
  release(): void;
}

export async function lateLine(page: Page): Promise<Line> {
  let kept: (() => void)[] | null = null;
  await page.routeWebSocket(/\/graphql$/, (client) => {
    const server = client.connectToServer();
    server.onMessage((message) => {
      if (kept && String(message).includes('"next"')) kept.push(() => client.send(message));
      else client.send(message);
    });
  });
  return {
    hold: () => void (kept ??= []),
    release: () => {
      for (const give of kept ?? []) give();
      kept = null;
    },
  };
}

const CUT = { code: 3000, reason: 'cut' };

/** A live line that the test can cut, and mend. Built in before the page is loaded. */
export async function cutLine(page: Page): Promise<{ cut(): Promise<void>; mend(): void }> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  await page.routeWebSocket(/\/graphql$/, async (client) => {
    if (isCut) return client.close(CUT);
    open.add(client);
    client.connectToServer();
  });
  return {
    cut: async () => {
      isCut = true;
      await Promise.all([...open].map((client) => client.close(CUT)));
      open.clear();
    },
    mend: () => { isCut = false; },
  };
}

export type Loss = 'none' | 'request' | 'answer';

export interface Sending {
  /** The clientMessageId of every try the page made, with the text it carried. */
  tries: { id: string; text: string }[];
  /** From now on requests that carry a message get lost on the way there, or their answers on the way back. */
  lose(what: Loss): void;
}

/** Watches the messages a page sends over HTTP and loses them as told. */
export async function watchSending(page: Page): Promise<Sending> {
  let loss: Loss = 'none';
  const sending: Sending = { tries: [], lose: (what) => void (loss = what) };
  await page.route('**/graphql', async (route) => {
    const message = messageIn(route.request().postData());
    if (!message) return route.fallback();
    sending.tries.push(message);
    if (loss === 'none') return route.fallback();
    if (loss === 'answer') await route.fetch();
    await route.abort('connectionreset');
  });
  return sending;
}

function messageIn(body: string | null): { id: string; text: string } | null {
  const { input } = (JSON.parse(body ?? '{}') as { variables?: { input?: Record<string, unknown> } }).variables ?? {};
  const message = (input?.firstMessage ?? input) as { clientMessageId?: string; text?: string } | undefined;
  return message?.clientMessageId ? { id: message.clientMessageId, text: message.text ?? '' } : null;
}

/** Keeps back the answers to one operation of the page until they are released; everything else goes on. */
export async function holdAnswer(page: Page, operation: string): Promise<{ release(): Promise<void> }> {
  let release = () => {};
  const released = new Promise<void>((resolve) => { release = resolve; });
  const hold = async (route: Route) => {
    if (route.request().postData()?.includes(operation)) await released;
    await route.fallback();
  };
  await page.route('**/graphql', hold);
  return {
    release: async () => {
      release();
      await page.unroute('**/graphql', hold);
    },
  };
}
