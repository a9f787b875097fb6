import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../harness/system.ts';

const SERVER = '/usr/share/request-tracker5/libexec/rt-server';
const SETUP = '/usr/sbin/rt-setup-database-5';
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;
/** What every new installation begins with. */
const SIGN_IN = `Basic ${Buffer.from('root:password').toString('base64')}`;

/** Request Tracker 5 as Debian packages it, with a database of its own. */
export interface RequestTracker {
  url: string;
  headers: Record<string, string>;
  /** Tickets it holds now, as it says itself. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** Why it can't be had; null when it is there. As root on Debian it is installed first. */
export function missingRequestTracker(say: (text: string) => void): string | null {
  if (existsSync(SERVER) && existsSync(SETUP)) return null;
  const isDebian = existsSync('/usr/bin/apt-get');
  if (isDebian && process.getuid?.() === 0) {
    say('installing request-tracker5 and rt5-db-sqlite from the packages of this system');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'request-tracker5', 'rt5-db-sqlite']]) spawnSync('/usr/bin/apt-get', args, { env, stdio: 'ignore' });
    if (existsSync(SERVER) && existsSync(SETUP)) return null;
  }
  return `Request Tracker 5 is not installed${isDebian ? ': apt-get install request-tracker5 rt5-db-sqlite' : ', and this is no Debian'}`;
}

/** A fresh one on loopback that answers `workers` at once. Its mail goes nowhere, all else is as it comes. */
export async function startRequestTracker(workers: number): Promise<RequestTracker> {
  const folder = mkdtempSync(join(tmpdir(), 'careline-rt-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(join(folder, 'none'));
  writeFileSync(join(folder, 'site.pm'), `Set($DatabaseType, 'SQLite');\nSet($DatabaseName, '${join(folder, 'rt5')}');\nSet($DatabaseUser, '');\nSet($DatabasePassword, '');
Set($WebDomain, '127.0.0.1');\nSet($WebPort, ${port});\nSet($WebBaseURL, '${url}');\nSet($WebPath, '');\nSet($rtname, 'bench');\nSet($Organization, 'bench');
Set($MailCommand, 'mbox');\nSet($LogToSTDERR, 'error');\nSet($LogToSyslog, undef);\n1;\n`);
  // Else the settings of the system's own installation would come on top.
  const env = { ...process.env, RT_SITE_CONFIG: join(folder, 'site.pm'), RT_SITE_CONFIG_DIR: join(folder, 'none') };
  const made = spawnSync(SETUP, ['--action', 'init', '--skip-create', '--dba-password', ''], { env, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`Request Tracker made no database: ${made.stderr.slice(-500)}`);
  const child = spawn(SERVER, ['--host', '127.0.0.1', '--port', String(port), '--server', 'Starlet', '--max-workers', String(workers)], { env, cwd: folder, stdio: 'ignore', detached: true });
  const close = async () => {
    await endGroup(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const headers = { authorization: SIGN_IN };
  for (const until = Date.now() + READY_WITHIN_MS; !(await fetch(`${url}/REST/2.0/rt`, { headers }).then((answer) => answer.ok, () => false));) {
    if (Date.now() > until || child.exitCode !== null) {
      await close();
      throw new Error('Request Tracker did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return {
    url, headers, close,
    async count() {
      const answer = await fetch(`${url}/REST/2.0/tickets?query=${encodeURIComponent('id > 0')}&per_page=1`, { headers });
      return Number(((await answer.json()) as { total: number }).total);
    },
  };
}

/** The server and the workers it made. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
