import type { Skill } from '../skill.rules.ts';

/** One rule: every condition it names must hold; the first rule that fits and whose queue exists decides. */
export interface RoutingRule {
  name: string;
  when: {
    /** Keys or kinds of channel (`WEB`, `APP`). */
    channels?: readonly string[];
    locales?: readonly string[];
    /** Service levels of the customer. */
    tiers?: readonly string[];
    /** Answers of the pre-chat form, by field key. */
    form?: Readonly<Record<string, readonly string[]>>;
    /** Any of these stands in the first message. */
    words?: readonly string[];
  };
  queueKey: string;
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
  form: Readonly<Record<string, unknown>>;
  text: string;
}

/** The part of the facts that some rule asks about; safe to store, and enough to decide again. */
export interface Facts {
  channels: readonly string[];
  locale: string | null;
  tier: string | null;
  form: Readonly<Record<string, string>>;
  /** Words of the rules that stood in the text. */
  words: readonly string[];
  /** Keys of the queues there were. */
  queueKeys: readonly string[];
}

export interface QueueChoice {
  queueKey: string;
  /** The rule that chose; null for the default queue. */
  ruleName: string | null;
}

/** Skills that a queue asks of whoever gets its work. */
export const needsOf = ({ skills }: { skills: Skill[] | null }): Skill[] => skills ?? [];

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** Latin words must stand alone (`app` is not in `happy`); Chinese has no gaps, so containing is enough. */
function hasWord(foldedText: string, word: string): boolean {
  const folded = fold(word);
  if (!/^[\x20-\x7e]+$/.test(folded)) return foldedText.includes(folded);
  const escaped = folded.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`).test(foldedText);
}

/**
 * What may be kept of the facts: only values that the rules themselves name.
 *
 * A sentence of a customer never reaches the decision record; the rule's own words that
 * stood in it do, so the choice can be made again from the record alone.
 */
export function reduceFacts(rules: RuleSet, raw: RawFacts, queueKeys: readonly string[]): Facts {
  const text = fold(raw.text);
  const words = new Set<string>();
  const form: Record<string, string> = {};
  for (const { when } of rules.rules) {
    for (const word of when.words ?? []) if (hasWord(text, word)) words.add(word);
    for (const [key, values] of Object.entries(when.form ?? {})) {
      const answer = raw.form[key];
      if (typeof answer === 'string' && values.includes(answer)) form[key] = answer;
    }
  }
  const tiers = new Set(rules.rules.flatMap(({ when }) => when.tiers ?? []));
  return {
    channels: [...raw.channels],
    locale: raw.locale,
    tier: raw.tier !== null && tiers.has(raw.tier) ? raw.tier : null,
    form,
    words: [...words],
    queueKeys: [...queueKeys].sort(),
  };
}

function fits(when: RoutingRule['when'], facts: Facts): boolean {
  if (when.channels && !when.channels.some((channel) => facts.channels.includes(channel))) return false;
  if (when.locales && !(facts.locale && when.locales.includes(facts.locale))) return false;
  if (when.tiers && !(facts.tier && when.tiers.includes(facts.tier))) return false;
  if (when.words && !when.words.some((word) => facts.words.includes(word))) return false;
  return Object.entries(when.form ?? {}).every(([key, values]) => values.includes(facts.form[key] ?? ''));
}

/** The queue of a conversation: that of the first fitting rule whose queue exists, else the default queue. */
export function chooseQueue(rules: RuleSet, facts: Facts): QueueChoice {
  const rule = rules.rules.find(({ when, queueKey }) => facts.queueKeys.includes(queueKey) && fits(when, facts));
  return rule ? { queueKey: rule.queueKey, ruleName: rule.name } : { queueKey: rules.defaultQueueKey, ruleName: null };
}

/** The rules a new system starts with. Rules for queues that nobody made are passed over. */
export const INITIAL_RULES: RuleSet = {
  version: 1,
  defaultQueueKey: 'general',
  rules: [
    { name: 'payment-form', when: { form: { topic: ['payment'] } }, queueKey: 'payment' },
    { name: 'account-form', when: { form: { topic: ['account'] } }, queueKey: 'account' },
    { name: 'technical-form', when: { form: { topic: ['technical'] } }, queueKey: 'technical' },
    { name: 'payment-words', when: { words: ['支付', '付款', '退款', '扣款', '发票', 'payment', 'refund', 'invoice', 'charged'] }, queueKey: 'payment' },
    { name: 'account-words', when: { words: ['账户', '账号', '登录', '密码', '验证码', 'account', 'password', 'log in', 'login', 'sign in'] }, queueKey: 'account' },
    { name: 'technical-words', when: { words: ['报错', '崩溃', '打不开', '接口', 'error', 'crash', 'bug', 'api'] }, queueKey: 'technical' },
  ],
};
