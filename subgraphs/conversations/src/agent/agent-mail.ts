import { blindIndex, normaliseEmail } from '@careline/kit/crypto';
import type { ConversationsContext } from '../context.ts';
import type { AgentRow } from './agent.store.ts';

type Keys = Pick<ConversationsContext, 'keyring' | 'vault'>;

/** The forms in which an agent's mail address is kept; null when the text is no address. */
export function sealMail({ keyring, vault }: Keys, agentId: string, text: string): { email: string; emailBidx: Buffer; emailEnc: Buffer } | null {
  const email = normaliseEmail(text);
  if (!email) return null;
  return { email, emailBidx: mailIndex(keyring, email), emailEnc: vault.staff.seal(`agents|email|${agentId}`, email) };
}

export function mailIndex(keyring: Keys['keyring'], email: string): Buffer {
  return blindIndex(keyring, 'agent-email', email);
}

/** The address an agent signs in with. */
export function openMail({ vault }: Pick<Keys, 'vault'>, row: AgentRow): string {
  return vault.staff.open(`agents|email|${row.id}`, row.emailEnc);
}
