import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { requireTaken, robotPost } from './robot.ts';

const AT = 1_700_000_000_123;
const post = (kind: Parameters<typeof robotPost>[0], secret: string | null, address = 'https://robot.example/send?access_token=a%2Fb') => {
  const { url, body } = robotPost(kind, { address, secret, text: '预警', at: AT });
  return { url: new URL(url), body: JSON.parse(body) };
};

describe('what a robot is sent', () => {
  it('is a text of WeCom, and of anything that speaks like Slack', () => {
    expect(post('WECOM', null).body).toEqual({ msgtype: 'text', text: { content: '预警' } });
    expect(post('SLACK', null).body).toEqual({ text: '预警' });
  });

  it('is signed in the address for DingTalk: the moment in milliseconds and the key, under the key', () => {
    const { url, body } = post('DINGTALK', 'SEC1');
    expect(body).toEqual({ msgtype: 'text', text: { content: '预警' } });
    expect(url.searchParams.get('access_token')).toBe('a/b');
    expect(url.searchParams.get('timestamp')).toBe(String(AT));
    expect(url.searchParams.get('sign')).toBe(createHmac('sha256', 'SEC1').update(`${AT}\nSEC1`).digest('base64'));
    expect(url.search).not.toMatch(/sign=[^&]*[+/]/);
  });

  it('is signed in the body for Feishu: nothing, under the moment in seconds and the key', () => {
    expect(post('FEISHU', 'key').body).toEqual({
      timestamp: '1700000000', sign: createHmac('sha256', '1700000000\nkey').update('').digest('base64'), msg_type: 'text', content: { text: '预警' },
    });
  });

  it('is not signed for who has no key', () => {
    expect(post('DINGTALK', null).url.searchParams.has('sign')).toBe(false);
    expect(post('FEISHU', null).body).toEqual({ msg_type: 'text', content: { text: '预警' } });
  });
});

it.each([
  ['WECOM', '{"errcode":0,"errmsg":"ok"}', null], ['WECOM', '{"errcode":93000,"errmsg":"invalid webhook url"}', 'robot said 93000'], ['DINGTALK', '{"errcode":310000}', 'robot said 310000'],
  ['DINGTALK', '<html>', 'robot said nothing'], ['WECOM', 'null', 'robot said nothing'], ['FEISHU', '{"code":0,"msg":"success"}', null], ['FEISHU', '{"StatusCode":0}', null], ['FEISHU', '{"code":19021}', 'robot said 19021'],
  ['SLACK', 'ok', null], ['SLACK', '', null],
] as const)('%s answering %s is taken for: %s', (kind, answer, fault) => {
  if (fault === null) expect(() => requireTaken(kind, answer)).not.toThrow();
  else expect(() => requireTaken(kind, answer)).toThrow(fault);
});
