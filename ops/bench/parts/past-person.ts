import { randomBytes } from 'node:crypto';
import type { DataKey } from '@careline/kit/crypto';
import { binaryToId } from '@careline/kit/db';

export interface Person {
  id: string;
  binary: Buffer;
  key: DataKey;
}

/** An id of the kind `prefix` as if it had been made at that instant. */
export function idAt(prefix: string, ms: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return binaryToId(prefix, bytes);
}
