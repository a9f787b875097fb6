import type { IncomingMessage, ServerResponse } from 'node:http';
import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { one } from './facts.ts';
import type { GatewayConfig } from './config.ts';
import type { Accepted, Answer } from './pipeline.ts';

/** Asks for the refresh token as a cookie. A page of another origin cannot send this header without our leave. */
export const COOKIE_HEADER = 'x-careline-cookie';

interface Jar {
  name: string;
  maxAgeSeconds: number;
  /** Sent from a frame inside somebody else's page. */
  isFramed: boolean;
}

const SIGN_IN: Jar = { name: 'careline_refresh', maxAgeSeconds: 30 * 86_400, isFramed: false };
const VISIT: Jar = { name: 'careline_visit', maxAgeSeconds: 90 * 86_400, isFramed: true };
const JARS: Record<string, Jar> = { signIn: SIGN_IN, setUp: SIGN_IN, refreshSignIn: SIGN_IN, startVisit: VISIT };
const TAKES_COOKIE = new Set(['refreshSignIn', 'startVisit']);
const ENDS_SIGN_IN = new Set(['signOut']);

/** Whether the client keeps its refresh token in a cookie, where no script can read it. */
export const wantsCookie = (req: IncomingMessage) => one(req.headers, COOKIE_HEADER) === '1';

/** Puts the cookie's refresh token where the caller left it out, as the input says (`refreshToken: null`). */
export function fillFromCookie(accepted: Accepted, req: IncomingMessage): Accepted {
  const field = accepted.prepared.measured.rootFields.find((name) => TAKES_COOKIE.has(name));
  const { input } = accepted.variables;
  if (!field || typeof input !== 'object' || input === null) return accepted;
  const token = readCookie(req, JARS[field]!.name);
  if (!token || (input as { refreshToken?: unknown }).refreshToken) return accepted;
  return { ...accepted, variables: { ...accepted.variables, input: { ...input, refreshToken: token } } };
}

/**
 * Moves refresh tokens from the answer into cookies; signing out clears it. A refused refresh does not:
 * another tab may have put a newer token there meanwhile.
 */
export function moveToCookie(accepted: Accepted, answer: Answer, res: ServerResponse, config: GatewayConfig): Answer {
  const { data } = answer;
  if (!data || accepted.prepared.operation.operation !== 'mutation') return answer;
  const isSecure = config.publicUrl.startsWith('https:');
  const changed: Record<string, unknown> = { ...data };
  for (const field of rootFieldsOf(accepted)) {
    const name = field.name.value;
    const key = (field.alias ?? field.name).value;
    const jar = JARS[name];
    const payload = data[key] as Record<string, unknown> | null;
    if (ENDS_SIGN_IN.has(name)) setCookie(res, SIGN_IN, '', isSecure);
    if (!jar || !payload) continue;
    const tokenKey = refreshKey(field, accepted);
    const token = tokenKey ? payload[tokenKey] : undefined;
    if (typeof token === 'string') {
      setCookie(res, jar, token, isSecure);
      changed[key] = { ...payload, [tokenKey!]: null };
    }
  }
  return { ...answer, data: changed };
}

function rootFieldsOf(accepted: Accepted): FieldNode[] {
  return fieldsIn(accepted.prepared.operation.selectionSet, accepted);
}

function fieldsIn(set: SelectionSetNode, accepted: Accepted): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsIn(selection.selectionSet, accepted);
    const fragment = accepted.prepared.document.definitions.find((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value);
    return fragment ? fieldsIn(fragment.selectionSet, accepted) : [];
  });
}

function refreshKey(field: FieldNode, accepted: Accepted): string | undefined {
  const asked = field.selectionSet && fieldsIn(field.selectionSet, accepted).find((one) => one.name.value === 'refreshToken');
  return asked && (asked.alias ?? asked.name).value;
}

function readCookie(req: IncomingMessage, name: string): string | null {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value) return decode(value);
  }
  return null;
}

// Ours are never malformed; one that is was put there by somebody else, and is as good as none.
function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

function setCookie(res: ServerResponse, jar: Jar, value: string, isSecure: boolean): void {
  // A framed visit needs SameSite=None, which browsers accept only with Secure; plain http is development.
  const site = jar.isFramed ? (isSecure ? 'SameSite=None; Partitioned' : 'SameSite=Lax') : 'SameSite=Strict';
  const age = value ? jar.maxAgeSeconds : 0;
  res.appendHeader('set-cookie', `${jar.name}=${encodeURIComponent(value)}; Path=/graphql; HttpOnly; ${site}; Max-Age=${age}${isSecure ? '; Secure' : ''}`);
}
