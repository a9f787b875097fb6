import { describe, expect, it } from 'vitest';
import { chooseQueue, INITIAL_RULES, reduceFacts, type RawFacts, type RuleSet } from './queue.rules.ts';

const makeFacts = (overrides: Partial<RawFacts> = {}): RawFacts => ({ channels: ['WEB', 'web-demo'], locale: 'ZH_CN', tier: null, form: {}, text: '', ...overrides });
const QUEUES = ['general', 'payment', 'account', 'technical', 'vip'];
const choose = (raw: RawFacts, rules: RuleSet = INITIAL_RULES, queueKeys = QUEUES) => chooseQueue(rules, reduceFacts(rules, raw, queueKeys));
const makeRules = (...rules: RuleSet['rules']): RuleSet => ({ version: 7, defaultQueueKey: 'general', rules });

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
    const rules = makeRules({ name: 'vip-web', when: { tiers: ['VIP'], channels: ['WEB'], locales: ['EN'] }, queueKey: 'vip' });
    expect(choose(makeFacts({ tier: 'VIP', locale: 'EN' }), rules).ruleName).toBe('vip-web');
    expect(choose(makeFacts({ tier: 'VIP' }), rules).ruleName).toBeNull();
    expect(choose(makeFacts({ tier: 'VIP', locale: 'EN', channels: ['APP'] }), rules).ruleName).toBeNull();
    expect(choose(makeFacts({ locale: 'EN' }), rules).ruleName).toBeNull();
  });

  it('is chosen from facts that hold nothing but words of the rules', () => {
    const raw = makeFacts({ text: '我叫王小明，手机 13800138000，想退款', form: { topic: 'payment', name: '王小明' }, tier: '企业版' });
    const facts = reduceFacts(INITIAL_RULES, raw, QUEUES);
    expect(facts).toEqual({ channels: ['WEB', 'web-demo'], locale: 'ZH_CN', tier: null, form: { topic: 'payment' }, words: ['退款'], queueKeys: [...QUEUES].sort() });
    expect(JSON.stringify(facts)).not.toMatch(/王小明|13800138000|企业版/);
    expect(chooseQueue(INITIAL_RULES, JSON.parse(JSON.stringify(facts)))).toEqual(choose(raw));
  });
});
