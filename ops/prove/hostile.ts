// A table of attacks, each of which must be refused with its code at once; and a victim who goes on chatting beside them.
// npm run prove -- hostile [--only documents,sockets] [--rounds 5] [--seconds 6] [--pace 40]
import { parseArgs } from 'node:util';
import { startSystem } from '../harness/system.ts';
import { setStage } from './hostile/arena.ts';
import type { Family } from './hostile/attack.ts';
import { documents } from './hostile/documents.ts';
import { networked, startStrictGateway } from './hostile/networked.ts';
import { pages } from './hostile/pages.ts';
import { reach } from './hostile/reach.ts';
import { requests } from './hostile/requests.ts';
import { signIn } from './hostile/sign-in.ts';
import { PER_ADDRESS, sockets } from './hostile/sockets.ts';
import { tryAll, type Row } from './hostile/table.ts';
import { uploads } from './hostile/uploads.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '6' }, pace: { type: 'string', default: '40' } },
});
const say = (line: string) => console.log(line);
const isWanted = (name: string) => !options.only || options.only.split(',').includes(name);

// As an operator runs it, with the limits of a fresh installation; documents are open to everybody, which is the harder case.
const SETTINGS = { NODE_ENV: 'production', ARBITRARY_DOCUMENTS: 'everyone', RATE_LIMIT_SCALE: '1', SOCKETS_PER_ADDRESS: String(PER_ADDRESS), SOCKETS_PER_IDENTITY: '30' };
const FAMILIES: Family[] = [documents, requests, reach, uploads, signIn, sockets, pages];

async function inOneProcess(): Promise<Row[]> {
  const families = FAMILIES.filter((family) => isWanted(family.name));
  if (families.length === 0 && !isWanted('victim')) return [];
  const system = await startSystem('one', SETTINGS);
  try {
    const arena = await setStage(system);
    return await tryAll(families, arena, say);
  } finally {
    await system.stop();
  }
}

async function inManyProcesses(): Promise<Row[]> {
  if (!isWanted('networked')) return [];
  const system = await startSystem('many', SETTINGS);
  const strict = await startStrictGateway(system);
  try {
    return await tryAll([networked(system, strict)], await setStage(system), say);
  } finally {
    await strict.kill();
    await system.stop();
  }
}

const rows = [...(await inOneProcess()), ...(await inManyProcesses())];
const failed = rows.filter((row) => !row.isRefused).length;
say(`${rows.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 && rows.length > 0 ? 0 : 1);
