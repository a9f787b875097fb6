import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A program that is told by POST, and what it heard. */
export interface HookServer {
  url: string;
  /** What it answers from now on. */
  status: number;
  answer: string;
  heard: { path: string; delivery: string; signature: string; body: string }[];
  close(): Promise<void>;
}

export async function openHookServer(): Promise<HookServer> {
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => {
      hook.heard.push({ path: req.url!, delivery: String(req.headers['careline-delivery']), signature: String(req.headers['careline-signature']), body });
      res.writeHead(hook.status).end(hook.answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hook: HookServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, status: 200, answer: '', heard: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return hook;
}
