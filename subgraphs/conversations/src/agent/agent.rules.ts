import type { GrantScope, Viewer } from '@careline/kit/auth';
import { DAY, MINUTE, SECOND } from '@careline/kit/time';
import type { Grants } from './agent.tables.ts';

export const ACCESS_TOKEN_MS = 10 * MINUTE;
export const SIGN_IN_MS = 30 * DAY;
/** For so long a refresh token may come again while no successor was used: its answer was lost, or two tabs came at once. */
export const LOST_ANSWER_MS = MINUTE;
export const INVITATION_MS = 7 * DAY;
export const RESET_MS = DAY;
export const API_TOKEN_MAX_MS = 400 * DAY;
export const WRONG_MAX = 10;
export const WRONG_MAX_PER_ADDRESS = 100;
export const LOCK_MS = 15 * MINUTE;
export const PRESENCE_LEASE_MS = 15 * SECOND;
/** A presence lost for longer than this does not come back by itself: the agent has gone. */
export const PRESENCE_RETURN_MS = 10 * MINUTE;
export const SIGN_IN_KEPT_MS = 30 * DAY;

/** What roles together allow, and which masks they lift. */
export interface Reach {
  grants: Grants;
  clearMasks: string[];
}

const WIDTH: Record<GrantScope, number> = { OWN: 1, TEAM: 2, ALL: 3 };

/** What several roles allow together: for each permission the widest scope of any of them. */
export function joinGrants(all: readonly Grants[]): Grants {
  const joined: Grants = {};
  for (const grants of all) {
    for (const [permission, scope] of Object.entries(grants)) {
      const present = joined[permission];
      if (!present || WIDTH[scope] > WIDTH[present]) joined[permission] = scope;
    }
  }
  return joined;
}

/** What somebody with all these roles may do and sees in clear. */
export function joinReach(roles: readonly Reach[]): Reach {
  return { grants: joinGrants(roles.map((role) => role.grants)), clearMasks: [...new Set(roles.flatMap((role) => role.clearMasks))] };
}

/** What both allow: an access token never reaches further than its issuer does now. */
export function meetGrants(token: Grants, issuer: Grants): Grants {
  const met: Grants = {};
  for (const [permission, scope] of Object.entries(token)) {
    const limit = issuer[permission];
    if (limit) met[permission] = WIDTH[scope] <= WIDTH[limit] ? scope : limit;
  }
  return met;
}

/** Whether every wanted grant lies inside what is held; names the first that does not. */
export function firstBeyond(wanted: Grants, held: Grants): string | null {
  for (const [permission, scope] of Object.entries(wanted)) {
    const limit = held[permission];
    if (!limit || WIDTH[scope] > WIDTH[limit]) return permission;
  }
  return null;
}

/**
 * Whether a role or a person of this reach may do or see more than the viewer, who therefore may not give it or take it over.
 * Who may write roles everywhere could take any right anyway: for them nothing is beyond.
 */
export function isBeyond(viewer: Viewer, { grants, clearMasks }: Reach): boolean {
  if (viewer.scopeOf('role:write') === 'ALL') return false;
  const held = viewer.identity!;
  return firstBeyond(grants, held.grants) !== null || clearMasks.some((mask) => !held.clearMasks.includes(mask));
}

/** Whether a refresh token may be exchanged now; else it is a copy of one that was used. */
export function mayRefresh({ usedAt, voidedAt }: { usedAt: number | null; voidedAt: number | null }, now: number): boolean {
  return voidedAt === null && (usedAt === null || now - usedAt <= LOST_ANSWER_MS);
}

/** Whether these grants let somebody give roles and manage agents everywhere, so that the system stays governable. */
export function mayAdministrate(grants: Grants): boolean {
  return grants['role:write'] === 'ALL' && grants['agent:write'] === 'ALL';
}

/** Masks that a built-in role reads in clear: people who serve see names, phones stay masked for all. */
export function defaultClearMasks(roleKey: string): string[] {
  if (roleKey === 'admin') return ['name', 'region', 'address'];
  if (roleKey === 'agent' || roleKey === 'supervisor') return ['name', 'region'];
  return roleKey === 'auditor' ? ['address'] : [];
}

export type PasswordFault = 'TOO_SHORT' | 'TOO_LONG' | 'WEAK_PASSWORD';
const COMMON = ['password', 'passw0rd', '123456', 'qwerty', 'abc123', 'iloveyou', 'admin', 'welcome', 'letmein', 'careline'];

/**
 * What is wrong with a new password; null when nothing is. Length counts characters. A password is weak when a common
 * one or the holder's own name makes up most of it, or when it has fewer than five different characters.
 */
export function passwordFault(password: string, email: string): PasswordFault | null {
  const letters = [...password];
  if (letters.length < 12) return 'TOO_SHORT';
  if (letters.length > 200) return 'TOO_LONG';
  const lower = password.toLowerCase();
  if (new Set([...lower]).size < 5) return 'WEAK_PASSWORD';
  const own = email.toLowerCase().split('@')[0] ?? '';
  for (const word of [...COMMON, own]) {
    if (word.length >= 4 && lower.replaceAll(word, '').length < 6) return 'WEAK_PASSWORD';
  }
  return isRun(lower) ? 'WEAK_PASSWORD' : null;
}

function isRun(text: string): boolean {
  let steps = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) === 1) steps += 1;
  }
  return steps >= text.length - 3;
}

/** Whether the `wrongCount`-th try in a row is one too many for this subject. */
export function isLockedOut(wrongCount: number, limit: number): boolean {
  return wrongCount > limit;
}

/** `22:00`: hours and minutes of a day. */
export function isTimeOfDay(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** `203.0.***.***`: the first half of an address stays. */
export function maskAddress(address: string): string {
  const parts = address.includes(':') ? address.split(':') : address.split('.');
  const mark = address.includes(':') ? ':' : '.';
  return parts.map((part, at) => (at < 2 ? part : '***')).slice(0, 4).join(mark);
}
