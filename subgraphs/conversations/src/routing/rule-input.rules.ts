import { refuse } from '@careline/kit/errors';
import { textWithin } from '../input.rules.ts';
import { skillsWithin, type Skill } from '../skill.rules.ts';
import { pairOf, type RoutingCondition, type RoutingField, type RoutingRule, type RulePriority } from './queue.rules.ts';

export interface RuleInput {
  name: string;
  conditions: readonly RoutingCondition[];
  queueId: string;
  priority?: RulePriority | null;
  skills?: readonly Skill[] | null;
}

const RULES_MAX = 200;
const CONDITIONS_MAX = 20;
const VALUES_MAX = 50;
const ALL_VALUES_MAX = 5_000;
const SKILLS_MAX = 10;

const isChannel = (value: string) => value === 'WEB' || value === 'APP' || /^chn_[0-7][0-9a-z]{25}$/.test(value);
const isAnswer = (value: string) => /^[a-z][a-z0-9_]{0,39}$/.test(pairOf(value)?.key ?? '') && pairOf(value)!.value !== '';
const isHours = (value: string) => /^[a-z0-9_]{2,40}=(open|closed)$/.test(value);

const FORMS: Partial<Record<RoutingField, { isGood: (value: string) => boolean; zh: string; en: string }>> = {
  CHANNEL: { isGood: isChannel, zh: '请填写渠道类型 WEB、APP 或一个渠道。', en: 'Give a kind of channel, WEB or APP, or one channel.' },
  LOCALE: { isGood: (value) => value === 'ZH_CN' || value === 'EN', zh: '语言是 ZH_CN 或 EN。', en: 'A language is ZH_CN or EN.' },
  FORM: { isGood: isAnswer, zh: '请写成 字段=答案，例如 topic=payment。', en: 'Write it as key=answer, e.g. topic=payment.' },
  HOURS: { isGood: isHours, zh: '请写成 工作时间=open 或 工作时间=closed。', en: 'Write it as hours=open or hours=closed.' },
};

function readCondition({ field, values }: RoutingCondition, path: string[]): RoutingCondition {
  if (values.length === 0) throw refuse('REQUIRED', [...path, 'values'], { zh: '请至少填写一个值。', en: 'Give at least one value.' });
  if (values.length > VALUES_MAX) throw refuse('TOO_MANY', [...path, 'values'], { zh: `最多 ${VALUES_MAX} 个值。`, en: `At most ${VALUES_MAX} values.` });
  const kept = values.map((value, place) => textWithin(value, [...path, 'values', String(place)], 1, 80));
  const form = FORMS[field];
  const bad = form ? kept.findIndex((value) => !form.isGood(value)) : -1;
  if (form && bad >= 0) throw refuse('INVALID', [...path, 'values', String(bad)], { zh: form.zh, en: form.en });
  return { field, values: [...new Set(kept)] };
}

/**
 * Rules as they are kept. `keyOf` gives the key of a queue, undefined for one that does not exist.
 * Refuses with the path of the first thing that is wrong; that a queue is missing only when all else is right.
 */
export function readRules(rules: readonly RuleInput[], keyOf: (queueId: string) => string | undefined): RoutingRule[] {
  if (rules.length > RULES_MAX) throw refuse('TOO_MANY', 'rules', { zh: `最多 ${RULES_MAX} 条规则。`, en: `At most ${RULES_MAX} rules.` });
  const count = rules.reduce((sum, { conditions }) => sum + conditions.reduce((part, { values }) => part + values.length, 0), 0);
  if (count > ALL_VALUES_MAX) throw refuse('TOO_MANY', 'rules', { zh: `所有规则合计最多 ${ALL_VALUES_MAX} 个值。`, en: `At most ${ALL_VALUES_MAX} values in all rules together.` });
  const names = new Set<string>();
  const read = rules.map((rule, index): Omit<RoutingRule, 'queueKey'> => {
    const path = ['rules', String(index)];
    const name = rule.name.trim();
    if (name.length < 1) throw refuse('REQUIRED', [...path, 'name'], { zh: '请给规则起个名字。', en: 'Give the rule a name.' });
    if ([...name].length > 60) throw refuse('TOO_LONG', [...path, 'name'], { zh: '规则名称最多 60 个字。', en: 'The name of a rule may have at most 60 characters.' });
    if (names.has(name)) throw refuse('ALREADY_EXISTS', [...path, 'name'], { zh: '已有同名规则。', en: 'Another rule has this name.' });
    names.add(name);
    if (rule.conditions.length > CONDITIONS_MAX) throw refuse('TOO_MANY', [...path, 'conditions'], { zh: `最多 ${CONDITIONS_MAX} 个条件。`, en: `At most ${CONDITIONS_MAX} conditions.` });
    const skills = rule.skills?.length ? skillsWithin(rule.skills, [...path, 'skills'], SKILLS_MAX) : [];
    return {
      name, conditions: rule.conditions.map((condition, place) => readCondition(condition, [...path, 'conditions', String(place)])),
      ...(rule.priority ? { priority: rule.priority } : {}), ...(skills.length > 0 ? { skills } : {}),
    };
  });
  return read.map((rule, index) => {
    const queueKey = keyOf(rules[index]!.queueId);
    if (queueKey === undefined) throw refuse('NOT_FOUND', ['rules', String(index), 'queueId'], { zh: '请选择服务队列。', en: 'Choose a queue.' });
    return { ...rule, queueKey };
  });
}

/** Keys of the business hours that rules ask about. */
export function hoursKeysOf(rules: readonly RoutingRule[]): string[] {
  const values = rules.flatMap(({ conditions }) => conditions.flatMap(({ field, values: those }) => (field === 'HOURS' ? those : [])));
  return [...new Set(values.map((value) => pairOf(value)!.key))];
}
