import { recordAudit } from '@careline/kit/audit';
import { isDuplicate, newId } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { numberWithin, textWithin } from '../input.rules.ts';
import { insertTeam, selectTeams, updateTeamRow, type TeamRow } from './agent.store.ts';

export interface SaveTeam {
  teamId?: string | null;
  name: string;
  key?: string | null;
  capacity?: number | null;
}

/** Makes a team or changes its name and capacity. The key of a team never changes: rules and YAML name it. */
export async function saveTeam(ctx: ConversationsContext, input: SaveTeam): Promise<TeamRow> {
  ctx.viewer.requireAll('agent:write');
  const name = textWithin(input.name, 'name', 1, 60);
  const capacity = input.capacity == null ? null : numberWithin(input.capacity, 'capacity', 0, 100_000);
  try {
    return await ctx.transaction(async (tx) => {
      const before = input.teamId ? (await selectTeams(tx, [input.teamId]))[0] : null;
      if (input.teamId && !before) throw appError('NOT_FOUND');
      const row: TeamRow = before ? { ...before, name, capacity } : { id: newId('tem'), name, key: readKey(input.key), capacity, createdAt: ctx.clock.now() };
      if (before && input.key != null && input.key !== before.key) throw refuse('WRONG_STATE', 'key', { zh: '标识创建后不能修改。', en: 'The key of a team never changes.' });
      if (before) await updateTeamRow(tx, row.id, { name, capacity });
      else await insertTeam(tx, row);
      await recordAudit(tx, ctx, { verb: 'agent:write', subjectId: row.id, before: before ?? undefined, after: row });
      return row;
    });
  } catch (error) {
    if (isDuplicate(error)) throw refuse('ALREADY_EXISTS', 'key', { zh: '该标识已被另一个客服组使用。', en: 'A team with this key exists already.' });
    throw error;
  }
}

function readKey(key: string | null | undefined): string {
  if (!key) throw refuse('REQUIRED', 'key', { zh: '新客服组需要一个标识。', en: 'A new team needs a key.' });
  if (!/^[a-z0-9_]{2,40}$/.test(key)) throw refuse('INVALID', 'key', { zh: '标识只能包含小写字母、数字和下划线，2 到 40 个字符。', en: 'A key is 2 to 40 lower-case letters, digits and underscores.' });
  return key;
}
