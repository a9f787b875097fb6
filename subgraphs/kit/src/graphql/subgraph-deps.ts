import type { Keyring } from '../crypto/index.ts';
import type { Bus } from '../events/index.ts';
import type { Live } from '../live/index.ts';
import type { Logger } from '../observe/index.ts';
import type { Mailer, Reachable } from '../outbound/index.ts';
import type { Services } from '../services/services.ts';
import type { Clock } from '../time/index.ts';

/** What every subgraph factory takes from its composition root. */
export interface SubgraphDeps {
  databaseUrl: string;
  /** `careline` makes the databases `careline_conversations` … */
  databasePrefix: string;
  redisUrl: string;
  keyring: Keyring;
  clock: Clock;
  log: Logger;
  live: Live;
  bus: Bus;
  services: Services;
  /** Address under which people reach the gateway; links are made with it. */
  publicUrl: string;
  /** Folder for files that stay, such as attachments. */
  dataDir: string;
  /** IANA zone of the organisation. */
  timeZone: string;
  /** Where a clamd scans files, `tcp://host:port` or `unix:/path`; null: files are not scanned. */
  clamdUrl: string | null;
  /** The way out for mail; null: none is set up. */
  mailer: Mailer | null;
  /** Where programs may be that we speak to on somebody's behalf. */
  reachable: Reachable;
  isProduction: boolean;
}
