import { createHmac } from 'node:crypto';
import type { Instant } from '../time/index.ts';

/** The value of `Careline-Signature`: when it was signed and the HMAC-SHA256 of `<t>.<body>`, so that an old message can't be sent again as a new one. */
export function signHook(secret: string, body: string, at: Instant): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
