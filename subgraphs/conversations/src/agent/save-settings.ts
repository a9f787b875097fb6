import { appError, refuse, type Locale } from '@careline/kit/errors';
import type { Queryable } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { numberWithin } from '../input.rules.ts';
import { isTimeOfDay } from './agent.rules.ts';
import { selectSettings, storeSettings } from './agent.store.ts';

export interface NotificationSetting {
  kind: string;
  isDesktop: boolean;
  isSound: boolean;
}

export interface Settings {
  locale: Locale;
  theme: 'LIGHT' | 'DARK' | 'SYSTEM';
  density: 'COMFORTABLE' | 'COMPACT';
  keymap: Record<string, string>;
  notifications: NotificationSetting[];
  quietFrom: string | null;
  quietTo: string | null;
  undoSendSeconds: number;
}

const UNDO_SECONDS_MAX = 30;
const KINDS = ['CONVERSATION_OFFERED', 'CONVERSATION_ASSIGNED', 'MENTIONED', 'QUEUE_ENTERED', 'LOW_RATING', 'FOLLOWED', 'SLA_WARNING', 'ESCALATED', 'TEAM_TOLD', 'SENDING_STOPPED'];
const DEFAULTS: Settings = {
  locale: 'ZH_CN', theme: 'SYSTEM', density: 'COMFORTABLE', keymap: {}, quietFrom: null, quietTo: null, undoSendSeconds: 0,
  notifications: KINDS.map((kind) => ({ kind, isDesktop: kind !== 'QUEUE_ENTERED' && kind !== 'FOLLOWED', isSound: !['QUEUE_ENTERED', 'LOW_RATING', 'FOLLOWED'].includes(kind) })),
};

/** The agent's settings of the console; what was never saved has its default. */
export async function readSettings(q: Queryable, agentId: string): Promise<Settings> {
  return { ...DEFAULTS, ...(await selectSettings(q, agentId) as Partial<Settings> | null) };
}

type SaveSettings = { [Key in keyof Settings]?: Settings[Key] | null };

/** Saves the caller's own settings; fields left out stay, an empty quiet time ends it. */
export async function saveSettings(ctx: ConversationsContext, input: SaveSettings): Promise<Settings> {
  ctx.viewer.require('settings:write');
  const { agentId } = ctx.viewer;
  if (!agentId) throw appError('FORBIDDEN', { internal: 'only agents have settings' });
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value != null)) as Partial<Settings>;
  if (given.keymap !== undefined) checkKeymap(given.keymap);
  if (given.undoSendSeconds !== undefined) numberWithin(given.undoSendSeconds, 'undoSendSeconds', 0, UNDO_SECONDS_MAX);
  for (const field of ['quietFrom', 'quietTo'] as const) {
    if (given[field] === '') given[field] = null;
    else if (given[field] && !isTimeOfDay(given[field])) throw refuse('INVALID', field, { zh: '时间格式应为 HH:MM。', en: 'Write the time as HH:MM.' });
  }
  return ctx.transaction(async (tx) => {
    const settings = { ...(await readSettings(tx, agentId)), ...given };
    await storeSettings(tx, agentId, settings);
    return settings;
  });
}

function checkKeymap(keymap: unknown): void {
  const isMap = keymap !== null && typeof keymap === 'object' && !Array.isArray(keymap)
    && Object.keys(keymap).length <= 200 && Object.entries(keymap).every(([command, keys]) => command.length <= 60 && typeof keys === 'string' && keys.length <= 40);
  if (!isMap) throw refuse('INVALID', 'keymap', { zh: '快捷键格式不正确。', en: 'Key bindings must be { "command": "keys" }.' });
}
