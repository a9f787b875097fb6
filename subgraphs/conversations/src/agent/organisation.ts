import type { ConversationsContext } from '../context.ts';
import { selectOrganisation } from './agent.store.ts';

export interface Organisation {
  name: string;
  timeZone: string;
}

/** Name and time zone of the organisation; before set-up those of the configuration. */
export async function organisationOf(ctx: ConversationsContext): Promise<Organisation> {
  const row = await selectOrganisation(ctx.db);
  return row ? { name: row.name, timeZone: row.timeZone } : { name: 'Careline', timeZone: ctx.deps.timeZone };
}
