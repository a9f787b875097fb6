import type { Db } from '@careline/kit/db';
import type { BaseContext } from '@careline/kit/graphql';
import type { Live } from '@careline/kit/live';
import type { Mailer, Reachable } from '@careline/kit/outbound';
import type { TeamDirectory } from './workload/index.ts';

/** What every resolver and verb of this subgraph gets. */
export interface AnalyticsContext extends BaseContext {
  db: Db;
  /** The organisation's zone, for days without one of their own. */
  timeZone: string;
  teamDirectory: TeamDirectory;
  live: Live;
  /** Null while no mail server is set up. */
  mailer: Mailer | null;
  reachable: Reachable;
  publicUrl: string;
}
