import type { Keyring, Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import type { BaseContext } from '@careline/kit/graphql';
import type { Live } from '@careline/kit/live';
import type { Services } from '@careline/kit/services';
import type { AttachmentLoaders, BlobStore } from './attachment/index.ts';
import type { AutomationLoaders } from './automation/index.ts';
import type { SlaLoaders } from './sla/index.ts';
import type { ListTail, TicketLoaders } from './ticket/index.ts';

/** What every resolver and verb of this subgraph gets. */
export interface TicketsContext extends BaseContext {
  db: Db;
  vault: Vault;
  keyring: Keyring;
  services: Services;
  blobs: BlobStore;
  publicUrl: string;
  /** Whether files must be scanned before anybody reads them. */
  isScanned: boolean;
  live: Live;
  /** The end of the log of ticket lists, read once in this process. */
  listTail: ListTail;
  /** IANA zone of the organisation's days. */
  timeZone: string;
  /** Ids of teams by the key that policies name them by, read once; null while nobody knows. */
  teamIds(): Promise<ReadonlyMap<string, string> | null>;
  loaders: AttachmentLoaders & TicketLoaders & SlaLoaders & AutomationLoaders;
}
