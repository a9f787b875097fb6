import { Undelivered } from '@careline/kit/outbound';
import type { Instant } from '@careline/kit/time';
import { createHmac } from 'node:crypto';

/** 群机器人: programs of instant messengers that put a text into a group. */
export type RobotKind = 'WECOM' | 'DINGTALK' | 'FEISHU' | 'SLACK';

export const isRobot = (kind: string): kind is RobotKind => ['WECOM', 'DINGTALK', 'FEISHU', 'SLACK'].includes(kind);
/** Those whose robots may ask for a signature. */
export const maySign = (kind: string): boolean => kind === 'DINGTALK' || kind === 'FEISHU';

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64');

/** The POST by which a robot says a text, signed when it has a key. Both signatures cover the moment alone and hold for an hour. */
export function robotPost(kind: RobotKind, { address, secret, text, at }: { address: string; secret: string | null; text: string; at: Instant }): { url: string; body: string } {
  switch (kind) {
    case 'WECOM': return { url: address, body: JSON.stringify({ msgtype: 'text', text: { content: text } }) };
    case 'SLACK': return { url: address, body: JSON.stringify({ text }) };
    case 'DINGTALK': {
      const url = new URL(address);
      if (secret) {
        url.searchParams.set('timestamp', String(at));
        url.searchParams.set('sign', hmac(secret, `${at}\n${secret}`));
      }
      return { url: url.href, body: JSON.stringify({ msgtype: 'text', text: { content: text } }) };
    }
    case 'FEISHU': {
      const timestamp = String(Math.floor(at / 1_000));
      // Here moment and key are the key, and nothing is what is signed.
      const signed = secret ? { timestamp, sign: hmac(`${timestamp}\n${secret}`, '') } : {};
      return { url: address, body: JSON.stringify({ ...signed, msg_type: 'text', content: { text } }) };
    }
  }
}

/** Robots refuse with 200 and a number. Throws Undelivered with that number; an answer that says nothing of it is none. */
export function requireTaken(kind: RobotKind, answer: string): void {
  if (kind === 'SLACK') return;
  const said = numberIn(answer, kind === 'FEISHU' ? ['code', 'StatusCode'] : ['errcode']);
  if (said !== 0) throw new Undelivered(said === null ? 'robot said nothing' : `robot said ${said}`);
}

function numberIn(answer: string, names: readonly string[]): number | null {
  try {
    const said = JSON.parse(answer) as Record<string, unknown> | null;
    return names.map((name) => said?.[name]).find((value): value is number => Number.isInteger(value)) ?? null;
  } catch {
    return null;
  }
}
