import { idToBinary } from '@careline/kit/db';
import { allTeamIds } from '../agent/index.ts';
import type { Queryable } from '@careline/kit/db';
import type { Sight } from './audience.rules.ts';
import type { Shared } from './macro.types.ts';

const EVERYBODY = Buffer.alloc(16);

/** What an audience is stored as: the author's id for ME, the team's for TEAM, zeros for ALL. */
export function audienceOf({ sharing, authorId, teamId }: Shared): Buffer {
  if (sharing === 'ALL') return EVERYBODY;
  return idToBinary(sharing === 'ME' ? authorId : teamId!);
}

/** All audiences a caller belongs to. */
export async function audiencesOf(q: Queryable, { agentId, teamIds }: Sight): Promise<Buffer[]> {
  const ids = [...(agentId ? [agentId] : []), ...(teamIds ?? (await allTeamIds(q)))];
  return [EVERYBODY, ...ids.map(idToBinary)];
}

/** A search as the pattern of LIKE that finds it anywhere. */
export const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
