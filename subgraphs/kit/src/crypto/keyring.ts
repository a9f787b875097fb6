import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** What secrets are derived for. Each is independent of the others and outlives changes of the key-encryption key. */
export type SecretPurpose = 'internal' | 'access-token' | 'links' | 'blind-index' | 'search' | 'audit' | 'staff';

/** The organisation's keys: the key-encryption keys by id, and secrets derived from one root. */
export interface Keyring {
  /** Id of the key that wraps new data keys. */
  readonly activeId: number;
  secret(purpose: SecretPurpose): Buffer;
  /** Wraps a data key with the active key; `owner` is bound to it. */
  wrap(owner: string, dataKey: Buffer): { kekId: number; wrapped: Buffer };
  /** Throws when the key id is unknown or the wrapped key belongs to another owner. */
  unwrap(owner: string, kekId: number, wrapped: Buffer): Buffer;
}

export interface KeyringSource {
  /** Path of the key file; made with mode 0600 on the first start. */
  file?: string;
  /** The same JSON as in the file, e.g. from CARELINE_KEYS; wins over the file. */
  env?: string | undefined;
}

const key = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64');
const shape = z.object({ root: key, active: z.number().int().positive(), keys: z.record(z.string().regex(/^\d+$/), key) })
  .refine((ring) => String(ring.active) in ring.keys, 'the active key is missing');

/**
 * The keyring of this installation. Two first starts at the same moment agree on one file.
 * Throws when neither source holds a complete ring: starting with other keys would make all stored text unreadable.
 */
export function createKeyring(source: KeyringSource): Keyring {
  if (source.env) return ringOf(source.env, 'CARELINE_KEYS');
  if (!source.file) return ringOf(newRing(), 'a new ring');
  return ringOf(readOrMake(source.file), source.file);
}

function newRing(): string {
  return JSON.stringify({ root: randomBytes(32).toString('base64'), active: 1, keys: { 1: randomBytes(32).toString('base64') } });
}

function readOrMake(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, newRing(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link fails when the file exists: the first of several starters wins, and nobody reads half a file.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function parseRing(text: string, from: string) {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    // The cause would quote key material.
    throw new Error(`the keyring in ${from} is damaged or incomplete`);
  }
}

function ringOf(text: string, from: string): Keyring {
  const ring = parseRing(text, from);
  const root = Buffer.from(ring.root, 'base64');
  const keys = new Map(Object.entries(ring.keys).map(([id, value]) => [Number(id), Buffer.from(value, 'base64')]));
  const secrets = new Map<string, Buffer>();
  return {
    activeId: ring.active,
    secret(purpose) {
      let secret = secrets.get(purpose);
      if (!secret) {
        secret = Buffer.from(hkdfSync('sha256', root, '', `careline/${purpose}`, 32));
        secrets.set(purpose, secret);
      }
      return secret;
    },
    wrap(owner, dataKey) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keys.get(ring.active)!, iv).setAAD(Buffer.from(`data_keys|${owner}`));
      return { kekId: ring.active, wrapped: Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]) };
    },
    unwrap(owner, kekId, wrapped) {
      const kek = keys.get(kekId);
      if (!kek) throw new Error(`the keyring lacks key ${kekId}`);
      const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(0, 12)).setAAD(Buffer.from(`data_keys|${owner}`));
      decipher.setAuthTag(wrapped.subarray(-16));
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
    },
  };
}
