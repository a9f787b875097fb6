import type { Keyring, Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import type { BaseContext } from '@careline/kit/graphql';
import type { Services } from '@careline/kit/services';
import type { AttachmentLoaders, BlobStore } from './attachment/index.ts';
import type { TicketLoaders } from './ticket/index.ts';

/** What every resolver and verb of this subgraph gets. */
export interface TicketsContext extends BaseContext {
  db: Db;
  vault: Vault;
  keyring: Keyring;
  services: Services;
  blobs: BlobStore;
  publicUrl: string;
  loaders: AttachmentLoaders & TicketLoaders;
}
