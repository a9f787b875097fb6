import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join, resolve } from 'node:path';
import { countsOfProcess, type ProcessCounts } from '@careline/kit/observe';
import { socketFolder } from './engines/folder.mjs';

const ANSWERS_WITHIN_MS = 1_000;

const socketOf = (dataDir: string) => join(socketFolder(resolve(dataDir)), 'worker.sock');

/** Lets the api of this data folder read what this process counts, through a socket that nobody else can open. Returns the way to end it. */
export function serveCounts(dataDir: string): Promise<() => Promise<void>> {
  const path = socketOf(dataDir);
  // Left by a worker that was killed; the folder has one owner, so nobody listens there now.
  rmSync(path, { force: true });
  const server = createServer((_req, res) => {
    countsOfProcess().then((counts) => res.end(JSON.stringify(counts)), () => res.writeHead(500).end());
  });
  return new Promise((done, reject) => {
    server.once('error', reject);
    server.listen(path, () => done(() => new Promise<void>((ended) => {
      server.close(() => ended());
      server.closeAllConnections();
    })));
  });
}

/** What the worker of this data folder counts; nothing while it does not answer. */
export function readCounts(dataDir: string): Promise<ProcessCounts[]> {
  return new Promise((done) => {
    const req = request({ socketPath: socketOf(dataDir), timeout: ANSWERS_WITHIN_MS }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', () => done([]));
      res.on('end', () => done(res.statusCode === 200 ? [JSON.parse(Buffer.concat(chunks).toString('utf8')) as ProcessCounts] : []));
    });
    req.on('timeout', () => req.destroy());
    req.on('error', () => done([]));
    req.end();
  });
}
