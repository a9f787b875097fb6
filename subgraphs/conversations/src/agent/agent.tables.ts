import { bytes, instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import type { GrantScope } from '@careline/kit/auth';
import { boolean, int, mysqlTable, smallint, tinyint, varchar } from 'drizzle-orm/mysql-core';

export type Presence = 'ONLINE' | 'AWAY' | 'OFFLINE';
export type Grants = Record<string, GrantScope>;
export interface Skill {
  name: string;
  level: number;
}

// The one organisation of this system. One row with id 1, written by set-up; its presence says that set-up is over.
export const organisation = mysqlTable('organisation', {
  id: tinyint('id', { unsigned: true }).primaryKey(),
  name: varchar('name', { length: 100 }).notNull(),
  timeZone: varchar('time_zone', { length: 64 }).notNull(),
  setUpAt: instant('set_up_at').notNull(),
});

// One row is one person who answers. Written by set-up, createAgent and updateAgent; never deleted, only disabled,
// because messages go on naming their author. `name_keys` holds the name in lower case, its pinyin and initials,
// each after a space, so that `nameStartsWith` is one LIKE. The mail address is the sign-in name: sealed, found by email_bidx.
export const agents = mysqlTable('agents', {
  id: publicId('agt', 'id').primaryKey(),
  displayName: varchar('display_name', { length: 60 }).notNull(),
  publicName: varchar('public_name', { length: 60 }),
  nameKeys: varchar('name_keys', { length: 400 }).notNull(),
  avatarUrl: varchar('avatar_url', { length: 400 }),
  emailBidx: bytes('email_bidx', 32).notNull(),
  emailEnc: sealed('email_enc', 512).notNull(),
  passwordHash: varchar('password_hash', { length: 200 }),
  isEnabled: boolean('is_enabled').notNull(),
  skills: jsonColumn<Skill[]>('skills').notNull(),
  capacity: smallint('capacity', { unsigned: true }).notNull(),
  version: int('version', { unsigned: true }).notNull(),
  createdAt: instant('created_at').notNull(),
});

// One row is one team. Written by saveTeam and set-up; read by routing and scopes. Teams are few and stay.
export const teams = mysqlTable('teams', {
  id: publicId('tem', 'id').primaryKey(),
  name: varchar('name', { length: 60 }).notNull(),
  key: varchar('team_key', { length: 40 }).notNull(),
  capacity: int('capacity', { unsigned: true }),
  createdAt: instant('created_at').notNull(),
});

// Membership. Replaced as a whole by updateAgent; agent_teams_team serves "who is in this team".
export const agentTeams = mysqlTable('agent_teams', {
  agentId: publicId('agt', 'agent_id').notNull(),
  teamId: publicId('tem', 'team_id').notNull(),
});

// One row is one role. Built-in ones carry a role_key and are set equal to the catalogue at every start;
// custom ones are written by saveRole. `place` orders the built-in ones as the catalogue does.
export const roles = mysqlTable('roles', {
  id: publicId('rol', 'id').primaryKey(),
  key: varchar('role_key', { length: 40 }),
  name: varchar('name', { length: 60 }).notNull(),
  grants: jsonColumn<Grants>('grants').notNull(),
  clearMasks: jsonColumn<string[]>('clear_masks').notNull(),
  isCustom: boolean('is_custom').notNull(),
  place: smallint('place', { unsigned: true }).notNull(),
  version: int('version', { unsigned: true }).notNull(),
});

// Which agent holds which role. Replaced as a whole by changeRole.
export const agentRoles = mysqlTable('agent_roles', {
  agentId: publicId('agt', 'agent_id').notNull(),
  roleId: publicId('rol', 'role_id').notNull(),
});

// 登录: one agent on one device. Begun by signIn, moved on by refreshSignIn, ended by signOut, endSignIn, a reused
// refresh token, a new password or disabling. Rows leave 30 days after they ran out (agent.jobs).
export const signIns = mysqlTable('sign_ins', {
  id: publicId('sgn', 'id').primaryKey(),
  agentId: publicId('agt', 'agent_id').notNull(),
  device: varchar('device', { length: 120 }).notNull(),
  addressEnc: sealed('address_enc', 200).notNull(),
  startedAt: instant('started_at').notNull(),
  lastUsedAt: instant('last_used_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  endedAt: instant('ended_at'),
});

// Every refresh token a sign-in ever had: used ones stay while the sign-in lives, or reuse could not be told from an
// unknown token. Void is what lies behind the token used last. Only the hash is kept. Rows leave with their sign-in.
export const refreshTokens = mysqlTable('refresh_tokens', {
  tokenHash: bytes('token_hash', 32).primaryKey(),
  signInId: publicId('sgn', 'sign_in_id').notNull(),
  issuedAt: instant('issued_at').notNull(),
  usedAt: instant('used_at'),
  voidedAt: instant('voided_at'),
});

// One row is one single-use link to set a password. Written by createAgent; used by setPassword; leaves when run out.
export const passwordLinks = mysqlTable('password_links', {
  tokenHash: bytes('token_hash', 32).primaryKey(),
  agentId: publicId('agt', 'agent_id').notNull(),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
});

// How often a password was tried and not yet proved right, for one name from one address or for one address as a whole.
// The subject is an HMAC, so neither names nor addresses stand here. Rows leave when their window is over.
export const signInAttempts = mysqlTable('sign_in_attempts', {
  subjectHash: bytes('subject_hash', 32).primaryKey(),
  wrongCount: int('wrong_count', { unsigned: true }).notNull(),
  windowEndsAt: instant('window_ends_at').notNull(),
});

// 访问令牌 of an outside program. Only its SHA-256 is kept. Revoked and run out rows stay: audit entries name them.
export const accessTokens = mysqlTable('access_tokens', {
  id: publicId('tok', 'id').primaryKey(),
  agentId: publicId('agt', 'agent_id').notNull(),
  name: varchar('name', { length: 60 }).notNull(),
  prefix: varchar('prefix', { length: 16 }).notNull(),
  tokenHash: bytes('token_hash', 32).notNull(),
  grants: jsonColumn<Grants>('grants').notNull(),
  issuedAt: instant('issued_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  lastUsedAt: instant('last_used_at'),
  revokedAt: instant('revoked_at'),
});

// An agent's own settings of the console; a missing row means the defaults.
export const agentSettings = mysqlTable('agent_settings', {
  agentId: publicId('agt', 'agent_id').primaryKey(),
  settings: jsonColumn<unknown>('settings').notNull(),
});

// Where each agent stands. `presence` is what holds, `chosen` what the agent last asked for: a lease that ran out makes
// presence OFFLINE and leaves chosen alone, so that a short cut of the line can be mended. (presence, lease_until) serves
// the job that ends leases.
export const agentPresence = mysqlTable('agent_presence', {
  agentId: publicId('agt', 'agent_id').primaryKey(),
  presence: varchar('presence', { length: 8 }).$type<Presence>().notNull(),
  chosen: varchar('chosen', { length: 8 }).$type<Presence>().notNull(),
  since: instant('since').notNull(),
  leaseUntil: instant('lease_until').notNull(),
});
