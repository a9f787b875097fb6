import { refuse, type Refusal } from '@careline/kit/errors';
import { DAY, MINUTE, SECOND } from '@careline/kit/time';
import type { Since, Step, Trigger } from './automation.types.ts';

const STEPS_MAX = 20;
const NAME_CHARS_MAX = 60;
const TEXT_CHARS_MAX = 20_000;
const TAG_CHARS_MAX = 50;
const AFTER_MIN_MS = 5 * MINUTE;
const AFTER_MAX_MS = 90 * DAY;
const PRIORITIES = ['P0', 'P1', 'P2'];
const STATES = ['OPEN', 'PENDING', 'ON_HOLD', 'SOLVED', 'CLOSED'];
const length = (text: string) => [...text].length;

export function checkName(given: string): string {
  const name = given.trim();
  if (!name) throw refuse('REQUIRED', 'name', { zh: '请填写规则名称。', en: 'Give the rule a name.' });
  if (length(name) > NAME_CHARS_MAX) throw refuse('TOO_LONG', 'name', { zh: `名称最多 ${NAME_CHARS_MAX} 个字符。`, en: `A name has at most ${NAME_CHARS_MAX} characters.` });
  return name;
}

/** Steps without white space around their values; refuses the first that can never be done. What they name is not looked up. */
export function checkSteps(steps: readonly Step[]): Step[] {
  if (steps.length === 0) throw refuse('REQUIRED', 'steps', { zh: '至少需要一个动作。', en: 'Give at least one step.' });
  if (steps.length > STEPS_MAX) throw refuse('TOO_MANY', 'steps', { zh: `最多 ${STEPS_MAX} 个动作。`, en: `At most ${STEPS_MAX} steps.` });
  return steps.map(({ verb, value }, place) => {
    const step = { verb, value: value.trim() };
    const problem = problemOf(step, ['steps', String(place), 'value']);
    if (problem) throw problem;
    return step;
  });
}

function problemOf({ verb, value }: Step, field: string[]): Refusal | null {
  if (!value) return refuse('REQUIRED', field, { zh: '请补全这个动作。', en: 'Say what this step is to set.' });
  const isInvalid = (verb === 'SET_PRIORITY' && !PRIORITIES.includes(value)) || (verb === 'SET_STATE' && !STATES.includes(value));
  if (isInvalid) {
    const values = verb === 'SET_PRIORITY' ? PRIORITIES : STATES;
    return refuse('INVALID', field, { zh: `这个动作不能设为该值，可以写：${values.join('、')}。`, en: `This step cannot set that value. It sets one of: ${values.join(', ')}.` });
  }
  if (verb === 'ADD_TAG' && length(value) > TAG_CHARS_MAX) return refuse('TOO_LONG', field, { zh: `标签最多 ${TAG_CHARS_MAX} 个字符。`, en: `A tag has at most ${TAG_CHARS_MAX} characters.` });
  if (verb === 'COMMENT' && length(value) > TEXT_CHARS_MAX) return refuse('TOO_LONG', field, { zh: '备注最多 20,000 个字符。', en: 'A comment has at most 20,000 characters.' });
  return null;
}

/** The time of a rule that waits for time, in milliseconds; nulls for every other. */
export function checkTime(trigger: Trigger, since: Since | null | undefined, afterSeconds: number | null | undefined): { since: Since | null; afterMs: number | null } {
  if (trigger !== 'TIME_SINCE') {
    if (since != null || afterSeconds != null) throw refuse('INVALID', since != null ? 'since' : 'afterSeconds', { zh: '只有“经过时间”才能设置时长。', en: 'Only TIME_SINCE has a time.' });
    return { since: null, afterMs: null };
  }
  if (!since) throw refuse('REQUIRED', 'since', { zh: '请选择从何时起算。', en: 'Say what the time is counted from.' });
  if (afterSeconds == null) throw refuse('REQUIRED', 'afterSeconds', { zh: '请填写时长。', en: 'Say how long after.' });
  const afterMs = afterSeconds * SECOND;
  if (afterMs < AFTER_MIN_MS || afterMs > AFTER_MAX_MS) throw refuse('OUT_OF_RANGE', 'afterSeconds', { zh: '时长须在 5 分钟到 90 天之间。', en: 'The time lies between 5 minutes and 90 days.' });
  return { since, afterMs };
}
