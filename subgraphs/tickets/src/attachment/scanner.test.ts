import { EICAR, openClamd, type Clamd } from '@careline/kit/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clamdScanner } from './scanner.ts';

let folder: string;
let clamd: Clamd;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'careline-clamd-'));
  clamd = await openClamd();
});
afterAll(async () => {
  await clamd.close();
  await rm(folder, { recursive: true });
});

async function* pieces(...content: (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const piece of content) yield Buffer.from(piece);
}

describe('the scanner', () => {
  it('is given exactly the bytes of the file, however they come, and names what it finds', async () => {
    const content = randomBytes(300_000);
    expect(await clamdScanner(clamd.url).scan(pieces(content.subarray(0, 1), content.subarray(1, 1), content.subarray(1)))).toBeNull();
    expect(clamd.streams.at(-1)!.equals(content)).toBe(true);
    expect(await clamdScanner(clamd.url).scan(pieces('x'.repeat(1_000), EICAR.slice(0, 20), EICAR.slice(20)))).toBe('Eicar-Test-Signature');
  });

  it('is reached by a socket of the machine too', async () => {
    const local = await openClamd({ path: join(folder, 'clamd.ctl') });
    expect(await clamdScanner(local.url).scan(pieces(EICAR))).toBe('Eicar-Test-Signature');
    await local.close();
  });

  it.each(['INSTREAM: No space left on device ERROR', '', 'stream: OK FOUND maybe', 'UNKNOWN COMMAND'])('has no verdict when it answers "%s"', async (answer) => {
    clamd.answer = answer;
    await expect(clamdScanner(clamd.url).scan(pieces('x'))).rejects.toThrow('no verdict');
    clamd.answer = null;
  });

  it('has no verdict when it hangs up in the middle of a file it finds too long', async () => {
    const small = await openClamd({ bytesMax: 100_000 });
    await expect(clamdScanner(small.url).scan(pieces(...Array.from({ length: 200 }, () => randomBytes(65_536))))).rejects.toThrow();
    await small.close();
  });

  it('has no verdict when nobody listens, and lets go of the file it was reading', async () => {
    const gone = await openClamd();
    await gone.close();
    let isLetGo = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        isLetGo = true;
      }
    }
    await expect(clamdScanner(gone.url).scan(endless())).rejects.toThrow('ECONNREFUSED');
    expect(isLetGo).toBe(true);
  });
});
