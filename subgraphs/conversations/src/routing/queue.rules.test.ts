import { describe, expect, it } from 'vitest';
import { chooseQueue, INITIAL_RULES, needsOf, reduceFacts, shadowOf, upToDate, type RawFacts, type RoutingRule, type RuleSet } from './queue.rules.ts';

const makeFacts = (overrides: Partial<RawFacts> = {}): RawFacts => ({ channels: ['WEB', 'web-demo'], locale: 'ZH_CN', tier: null, form: {}, text: '', ...overrides });
const QUEUES = ['general', 'payment', 'account', 'technical', 'vip'];
const choose = (raw: RawFacts, rules: RuleSet = INITIAL_RULES, queueKeys = QUEUES) => chooseQueue(rules, reduceFacts(rules, raw, queueKeys));
const makeRules = (...rules: RuleSet['rules']): RuleSet => ({ version: 7, defaultQueueKey: 'general', rules });
type Conditions = Partial<Record<RoutingRule['conditions'][number]['field'], string[]>>;
const when = (conditions: Conditions): RoutingRule => ({
  name: 'rule', queueKey: 'vip', conditions: Object.entries(conditions).map(([field, values]) => ({ field: field as keyof Conditions, values })),
});

describe('the queue of a conversation', () => {
  it.each([
    ['你好', 'general', null],
    ['我要申请退款', 'payment', 'payment-words'],
    ['I want a REFUND, please', 'payment', 'payment-words'],
    ['登录不了，收不到验证码', 'account', 'account-words'],
    ['ｅｒｒｏｒ 500', 'technical', 'technical-words'],
    ['很开心 happy', 'general', null],
    ['the rapid debugging', 'general', null],
  ])('for “%s” is %s', (text, queueKey, ruleName) => {
    expect(choose(makeFacts({ text }))).toEqual({ queueKey, ruleName });
  });

  it('is that of the form before that of the words', () => {
    expect(choose(makeFacts({ text: '退款', form: { topic: 'account' } }))).toEqual({ queueKey: 'account', ruleName: 'account-form' });
  });

  it('is the default one when the rule names a queue that does not exist', () => {
    expect(choose(makeFacts({ text: '退款' }), INITIAL_RULES, ['general'])).toEqual({ queueKey: 'general', ruleName: null });
  });

  it('needs every condition of a rule', () => {
    const rules = makeRules({ name: 'vip-web', conditions: [{ field: 'TIER', values: ['VIP'] }, { field: 'CHANNEL', values: ['WEB'] }, { field: 'LOCALE', values: ['EN'] }], queueKey: 'vip' });
    expect(choose(makeFacts({ tier: 'VIP', locale: 'EN' }), rules).ruleName).toBe('vip-web');
    expect(choose(makeFacts({ tier: 'VIP' }), rules).ruleName).toBeNull();
    expect(choose(makeFacts({ tier: 'VIP', locale: 'EN', channels: ['APP'] }), rules).ruleName).toBeNull();
    expect(choose(makeFacts({ locale: 'EN' }), rules).ruleName).toBeNull();
  });

  it('is chosen from facts that hold nothing but words of the rules', () => {
    const raw = makeFacts({ text: '我叫王小明，手机 13800138000，想退款', form: { topic: 'payment', name: '王小明' }, tier: '企业版' });
    const facts = reduceFacts(INITIAL_RULES, raw, QUEUES);
    expect(facts).toEqual({ channels: ['WEB', 'web-demo'], locale: 'ZH_CN', tier: null, tags: [], form: { topic: 'payment' }, words: ['退款'], hours: [], queueKeys: [...QUEUES].sort() });
    expect(JSON.stringify(facts)).not.toMatch(/王小明|13800138000|企业版/);
    expect(chooseQueue(INITIAL_RULES, JSON.parse(JSON.stringify(facts)))).toEqual(choose(raw));
  });

  it.each<[string, Partial<RawFacts>, string | null]>([
    ['any of the tags', { tags: ['new', 'vip'] }, 'rule'],
    ['another tag', { tags: ['new'] }, null],
    ['no tags at all', {}, null],
  ])('looks at tags of the customer: %s', (_name, facts, ruleName) => {
    expect(choose(makeFacts(facts), makeRules(when({ TAG: ['vip', 'gold'] }))).ruleName).toBe(ruleName);
  });

  it.each<[string, Partial<RawFacts>, string | null]>([
    ['open', { hours: { nine_to_six: true } }, null],
    ['closed', { hours: { nine_to_six: false } }, 'rule'],
    ['hours that nobody knows', { hours: { other: false } }, null],
  ])('looks at business hours that are %s', (_name, facts, ruleName) => {
    expect(choose(makeFacts(facts), makeRules(when({ HOURS: ['nine_to_six=closed'] }))).ruleName).toBe(ruleName);
  });

  it('looks at a check box by its truth, and at any of several answers', () => {
    const rules = makeRules(when({ FORM: ['urgent=true', 'topic=payment'] }));
    expect(choose(makeFacts({ form: { urgent: true } }), rules).ruleName).toBe('rule');
    expect(choose(makeFacts({ form: { topic: 'payment' } }), rules).ruleName).toBe('rule');
    expect(choose(makeFacts({ form: { urgent: false, topic: 'account' } }), rules).ruleName).toBeNull();
  });

  it('is that of a rule without conditions, whatever is known', () => {
    expect(choose(makeFacts(), makeRules(when({}))).ruleName).toBe('rule');
  });

  it('comes out the same from a version whose conditions were stored in the former way', () => {
    const stored = { version: 1, defaultQueueKey: 'general', rules: [{ name: 'old', queueKey: 'vip', when: { tiers: ['VIP'], form: { topic: ['a', 'b'] }, words: ['退款'] } }] };
    const fit = makeFacts({ tier: 'VIP', form: { topic: 'b' }, text: '要退款' });
    expect(choose(fit, upToDate(stored)).ruleName).toBe('old');
    expect(choose({ ...fit, form: { topic: 'c' } }, upToDate(stored)).ruleName).toBeNull();
  });
});

describe('a rule that an earlier one shadows', () => {
  it.each<[string, Conditions, Conditions, boolean]>([
    ['the earlier one matches everything', {}, { TIER: ['VIP'] }, true],
    ['the earlier one asks less', { TIER: ['VIP'] }, { TIER: ['VIP'], LOCALE: ['EN'] }, true],
    ['the earlier one allows more values', { TIER: ['VIP', 'GOLD'] }, { TIER: ['VIP'] }, true],
    ['the earlier one allows fewer values', { TIER: ['VIP'] }, { TIER: ['VIP', 'GOLD'] }, false],
    ['the earlier one asks more', { TIER: ['VIP'], LOCALE: ['EN'] }, { TIER: ['VIP'] }, false],
  ])('is found: %s', (_name, earlier, later, isShadowed) => {
    expect(shadowOf([{ ...when(earlier), name: 'earlier' }, { ...when(later), name: 'later' }], 1)).toBe(isShadowed ? 'earlier' : null);
  });
});

describe('skills asked for', () => {
  it('are those of the queue and of the rule, each with the greater level', () => {
    const queue = { skills: [{ name: '英语', level: 2 }, { name: '退款', level: 4 }] };
    expect(needsOf(queue, [{ name: '英语', level: 5 }, { name: '法语', level: 1 }])).toEqual([{ name: '英语', level: 5 }, { name: '退款', level: 4 }, { name: '法语', level: 1 }]);
    expect(needsOf({ skills: null })).toEqual([]);
  });
});
