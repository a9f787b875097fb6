import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  /** Its origin; `host` decides between two names of this machine, which are two origins to a browser. */
  origin(host: 'localhost' | '127.0.0.1'): string;
  close(): Promise<void>;
}

/** A website that is not ours, serving these pages by path. */
export async function openSite(pages: Record<string, string>): Promise<Site> {
  const server = createServer((req, res) => {
    const body = pages[new URL(req.url!, 'http://site').pathname];
    res.writeHead(body ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(body ?? 'not here');
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: (host) => `http://${host}:${port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
