import type { Keyring, Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import type { BaseContext } from '@careline/kit/graphql';
import type { ArticleLoaders } from './article/index.ts';

/** What every resolver and verb of this subgraph gets. */
export interface KnowledgeContext extends BaseContext {
  db: Db;
  vault: Vault;
  keyring: Keyring;
  /** Zone whose days effective and expire dates mean. */
  timeZone: string;
  loaders: ArticleLoaders;
}
