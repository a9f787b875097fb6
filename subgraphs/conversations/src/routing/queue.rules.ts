import type { Skill } from '../skill.rules.ts';

/** As conversations spell it; rules import no module with stores. */
export type RulePriority = 'P0' | 'P1' | 'P2';
export type RoutingField = 'CHANNEL' | 'LOCALE' | 'TIER' | 'TAG' | 'FORM' | 'TEXT' | 'HOURS';

/** One condition: any of the values. CHANNEL: kind or id; FORM: `key=value`; HOURS: `key=open` or `key=closed`; TEXT: words of the first message. */
export interface RoutingCondition {
  field: RoutingField;
  values: readonly string[];
}

/** One rule: every condition must hold; the first rule that fits and whose queue exists decides. */
export interface RoutingRule {
  name: string;
  conditions: readonly RoutingCondition[];
  queueKey: string;
  /** Priority to set; absent: unchanged. */
  priority?: RulePriority;
  /** Skills to ask for, beside those of the queue. */
  skills?: Skill[];
}

export interface RuleSet {
  version: number;
  rules: readonly RoutingRule[];
  defaultQueueKey: string;
}

/** What is known of a conversation when its queue is chosen. Holds what a person wrote: never stored. */
export interface RawFacts {
  channels: readonly string[];
  locale: string | null;
  tier: string | null;
  tags?: readonly string[];
  form: Readonly<Record<string, unknown>>;
  text: string;
  /** Keys of business hours that are open now; what is neither here nor closed is unknown. */
  hours?: Readonly<Record<string, boolean>>;
}

/** The part of the facts that some rule asks about; safe to store, and enough to decide again. */
export interface Facts {
  channels: readonly string[];
  locale: string | null;
  tier: string | null;
  /** Absent in records from before rules could ask. */
  tags?: readonly string[];
  form: Readonly<Record<string, string>>;
  /** Words of the rules that stood in the text. */
  words: readonly string[];
  /** Absent as above. */
  hours?: readonly string[];
  /** Keys of the queues there were. */
  queueKeys: readonly string[];
}

export interface QueueChoice {
  queueKey: string;
  /** The rule that chose; null for the default queue. */
  ruleName: string | null;
}

/** Skills asked of whoever gets the work: those of the queue and those of the rule that chose it, each with the greater level. */
export function needsOf({ skills }: { skills: Skill[] | null }, asked: readonly Skill[] | null = null): Skill[] {
  const levels = new Map<string, number>();
  for (const { name, level } of [...(skills ?? []), ...(asked ?? [])]) levels.set(name, Math.max(level, levels.get(name) ?? 0));
  return [...levels].map(([name, level]) => ({ name, level }));
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** Latin words must stand alone (`app` is not in `happy`); Chinese has no gaps, so containing is enough. */
function hasWord(foldedText: string, word: string): boolean {
  const folded = fold(word);
  if (!/^[\x20-\x7e]+$/.test(folded)) return foldedText.includes(folded);
  const escaped = folded.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`).test(foldedText);
}

/** A value `key=value` in two; null when it is not written so. */
export function pairOf(value: string): { key: string; value: string } | null {
  const at = value.indexOf('=');
  return at > 0 ? { key: value.slice(0, at), value: value.slice(at + 1) } : null;
}

const valuesOf = (rules: RuleSet, field: RoutingField): Set<string> =>
  new Set(rules.rules.flatMap(({ conditions }) => conditions.flatMap((condition) => (condition.field === field ? condition.values : []))));

/** Whether some rule asks about business hours. */
export const looksAtHours = ({ rules }: RuleSet): boolean => rules.some(({ conditions }) => conditions.some(({ field }) => field === 'HOURS'));

/**
 * What may be kept of the facts: only values that the rules themselves name.
 *
 * A sentence of a customer never reaches the decision record; the rule's own words that
 * stood in it do, so the choice can be made again from the record alone.
 */
export function reduceFacts(rules: RuleSet, raw: RawFacts, queueKeys: readonly string[]): Facts {
  const text = fold(raw.text);
  const form: Record<string, string> = {};
  for (const pair of [...valuesOf(rules, 'FORM')].map(pairOf)) {
    if (pair && Object.hasOwn(raw.form, pair.key) && String(raw.form[pair.key]) === pair.value) form[pair.key] = pair.value;
  }
  const tags = valuesOf(rules, 'TAG');
  const hours = [...valuesOf(rules, 'HOURS')].filter((value) => {
    const pair = pairOf(value);
    const isOpen = pair ? raw.hours?.[pair.key] : undefined;
    return isOpen !== undefined && pair!.value === (isOpen ? 'open' : 'closed');
  });
  return {
    channels: [...raw.channels],
    locale: raw.locale,
    tier: raw.tier !== null && valuesOf(rules, 'TIER').has(raw.tier) ? raw.tier : null,
    tags: (raw.tags ?? []).filter((tag) => tags.has(tag)),
    form,
    words: [...valuesOf(rules, 'TEXT')].filter((word) => hasWord(text, word)),
    hours,
    queueKeys: [...queueKeys].sort(),
  };
}

const HOLDS: Record<RoutingField, (value: string, facts: Facts) => boolean> = {
  CHANNEL: (value, { channels }) => channels.includes(value),
  LOCALE: (value, { locale }) => locale === value,
  TIER: (value, { tier }) => tier === value,
  TAG: (value, { tags }) => tags?.includes(value) ?? false,
  FORM: (value, { form }) => {
    const pair = pairOf(value);
    return pair !== null && form[pair.key] === pair.value;
  },
  TEXT: (value, { words }) => words.includes(value),
  HOURS: (value, { hours }) => hours?.includes(value) ?? false,
};

/** Whether a condition holds: any of its values does. */
export const holds = ({ field, values }: RoutingCondition, facts: Facts): boolean => values.some((value) => HOLDS[field](value, facts));

/** Whether a rule decides: all its conditions hold and its queue exists. */
export const fits = ({ conditions, queueKey }: RoutingRule, facts: Facts): boolean => facts.queueKeys.includes(queueKey) && conditions.every((condition) => holds(condition, facts));

/** The first rule that fits; undefined when none does. */
export const ruleFor = (rules: RuleSet, facts: Facts): RoutingRule | undefined => rules.rules.find((rule) => fits(rule, facts));

/** The queue of a conversation: that of the first fitting rule whose queue exists, else the default queue. */
export function chooseQueue(rules: RuleSet, facts: Facts): QueueChoice {
  const rule = ruleFor(rules, facts);
  return rule ? { queueKey: rule.queueKey, ruleName: rule.name } : { queueKey: rules.defaultQueueKey, ruleName: null };
}

/**
 * Name of an earlier rule that matches whatever the rule at `index` would; null when there is none.
 * One does when each of its conditions is already asked by the later rule, with no value more.
 */
export function shadowOf(rules: readonly RoutingRule[], index: number): string | null {
  const later = rules[index]!;
  const isAsked = ({ field, values }: RoutingCondition) => later.conditions.some((condition) => condition.field === field && condition.values.every((value) => values.includes(value)));
  return rules.slice(0, index).find(({ conditions }) => conditions.every(isAsked))?.name ?? null;
}

/** How conditions of rules were stored at first. */
interface FormerWhen {
  channels?: readonly string[];
  locales?: readonly string[];
  tiers?: readonly string[];
  form?: Readonly<Record<string, readonly string[]>>;
  words?: readonly string[];
}

/** A version as it is stored: those from before conditions were a list are read as if they had been one. */
export type StoredRuleSet = Omit<RuleSet, 'rules'> & { rules: readonly (RoutingRule | { name: string; when: FormerWhen; queueKey: string })[] };

/** A stored version in today's form; it decides as it did. */
export function upToDate(stored: StoredRuleSet): RuleSet {
  return { ...stored, rules: stored.rules.map((rule) => ('when' in rule ? { name: rule.name, queueKey: rule.queueKey, conditions: listed(rule.when) } : rule)) };
}

function listed({ channels, locales, tiers, form, words }: FormerWhen): RoutingCondition[] {
  const plain = ([['CHANNEL', channels], ['LOCALE', locales], ['TIER', tiers], ['TEXT', words]] as const).flatMap(([field, values]) => (values ? [{ field, values }] : []));
  return [...plain, ...Object.entries(form ?? {}).map(([key, values]) => ({ field: 'FORM' as const, values: values.map((value) => `${key}=${value}`) }))];
}

const topic = (name: string, value: string): RoutingRule => ({ name, conditions: [{ field: 'FORM', values: [`topic=${value}`] }], queueKey: value });
const words = (name: string, queueKey: string, values: readonly string[]): RoutingRule => ({ name, conditions: [{ field: 'TEXT', values }], queueKey });

/** The rules a new system starts with. Rules for queues that nobody made are passed over. */
export const INITIAL_RULES: RuleSet = {
  version: 1,
  defaultQueueKey: 'general',
  rules: [
    topic('payment-form', 'payment'),
    topic('account-form', 'account'),
    topic('technical-form', 'technical'),
    words('payment-words', 'payment', ['支付', '付款', '退款', '扣款', '发票', 'payment', 'refund', 'invoice', 'charged']),
    words('account-words', 'account', ['账户', '账号', '登录', '密码', '验证码', 'account', 'password', 'log in', 'login', 'sign in']),
    words('technical-words', 'technical', ['报错', '崩溃', '打不开', '接口', 'error', 'crash', 'bug', 'api']),
  ],
};
