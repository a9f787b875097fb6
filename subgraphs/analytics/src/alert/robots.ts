import { Undelivered, type Post } from '@careline/kit/outbound';
import { SECOND, type Instant } from '@careline/kit/time';
import { createHmac } from 'node:crypto';
import type { RobotKind } from './alert.tables.ts';
import { letterOf, type Told } from './messages.ts';

interface Address {
  url: string;
  /** The key of its signatures; null: the group was set up without. */
  secret: string | null;
}

interface Robot {
  post(address: Address, told: Told, now: Instant): Omit<Post, 'headers'>;
  /** What an answer with status 200 says: null when the message was taken, else why not. */
  fault(answer: string): string | null;
}

const sign = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64');

/** The number a platform answers in one of these fields; 0 is good. */
function byNumber(...names: string[]): Robot['fault'] {
  return (answer) => {
    let said: Record<string, unknown> | null;
    try {
      said = JSON.parse(answer) as Record<string, unknown> | null;
    } catch {
      said = null;
    }
    const number = names.map((name) => said?.[name]).find((value) => typeof value === 'number');
    if (number === 0) return null;
    return number === undefined ? 'answer not understood' : `robot said ${String(number)}`;
  };
}

const markdown = (told: Told, heading: (title: string) => string) => {
  const { title, lines, url } = letterOf(told);
  return [heading(title), ...lines, `[查看 · Open](${url})`].join('\n\n');
};

const escapeSlack = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Group robots of messengers, by the rules each publishes for its incoming webhook. All answer 200 whether they took the
 * message or not.
 */
const ROBOTS: Record<RobotKind, Robot> = {
  // 企业微信群机器人: the key stands in the address; markdown of at most 4,096 bytes.
  WECOM: {
    post: ({ url }, told) => ({ url, body: JSON.stringify({ msgtype: 'markdown', markdown: { content: markdown(told, (title) => `**${title}**`) } }) }),
    fault: byNumber('errcode'),
  },
  // 钉钉自定义机器人: signed in the address over milliseconds and the key, which is also the key of the HMAC.
  DINGTALK: {
    post({ url, secret }, told, now) {
      const signed = new URL(url);
      if (secret !== null) {
        signed.searchParams.set('timestamp', String(now));
        signed.searchParams.set('sign', sign(secret, `${now}\n${secret}`));
      }
      const { title } = letterOf(told);
      return { url: signed.href, body: JSON.stringify({ msgtype: 'markdown', markdown: { title, text: markdown(told, (words) => `#### ${words}`) } }) };
    },
    fault: byNumber('errcode'),
  },
  // 飞书自定义机器人: signed in the body over nothing, with seconds and the key as the key of the HMAC.
  FEISHU: {
    post({ url, secret }, told, now) {
      const { title, lines, url: href } = letterOf(told);
      const content = [...lines.map((text) => [{ tag: 'text', text }]), [{ tag: 'a', text: '查看 · Open', href }]];
      const at = String(Math.floor(now / SECOND));
      const signature = secret === null ? {} : { timestamp: at, sign: sign(`${at}\n${secret}`, '') };
      return { url, body: JSON.stringify({ ...signature, msg_type: 'post', content: { post: { zh_cn: { title, content } } } }) };
    },
    fault: byNumber('code', 'StatusCode'),
  },
  // Slack, and what takes its incoming webhooks (Mattermost, Rocket.Chat): answers with the word ok.
  SLACK: {
    post({ url }, told) {
      const { title, lines, url: href } = letterOf(told);
      return { url, body: JSON.stringify({ text: [`*${escapeSlack(title)}*`, ...lines.map(escapeSlack), `<${href}|查看 · Open>`].join('\n') }) };
    },
    fault: (answer) => (answer.trim() === 'ok' || answer.trim() === '' ? null : 'answer not understood'),
  },
};

/** The message as the robot of a group gets it, signed at `now` when it has a key. */
export const robotPost = (kind: RobotKind, address: Address, told: Told, now: Instant): Omit<Post, 'headers'> => ROBOTS[kind].post(address, told, now);

/** Throws Undelivered when the robot answered that it did not take the message. */
export function checkRobotAnswer(kind: RobotKind, answer: string): void {
  const fault = ROBOTS[kind].fault(answer);
  if (fault !== null) throw new Undelivered(fault);
}
