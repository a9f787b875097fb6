import type { Db } from '@careline/kit/db';
import DataLoader from 'dataloader';
import { rulesById } from './rule.store.ts';
import type { RuleRow } from './automation.tables.ts';

export interface AutomationLoaders {
  automationRule: DataLoader<string, RuleRow | null>;
}

/** One look-up of rules per tick of a request. */
export function automationLoaders(db: Db): AutomationLoaders {
  return {
    automationRule: new DataLoader(async (ids) => {
      const byId = new Map((await rulesById(db, ids)).map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
  };
}
