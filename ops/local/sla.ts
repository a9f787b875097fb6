import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { tell, type Ask } from '../harness/people.ts';
import { EXIT, runCommand, Stop, withApi } from './command.ts';

// npm run sla -- check FILE | apply FILE [--document NAME] [--retarget]
// SLA policies from a file, through the public API. ops/README.md says which variables and exit codes there are.

const USAGE = 'npm run sla -- check FILE, or apply FILE [--document NAME] [--retarget]';
const POLL_MS = 300;

interface Version {
  id: string;
  number: number;
  yaml: string;
  state: string;
  activatedAt: string | null;
  dryRun: DryRun | null;
}

interface Promises {
  policies: { subject: string; priority: string }[];
}

interface DryRun {
  id: string;
  state: string;
  percent: number;
  ticketCount: number;
  attainmentBefore: number | null;
  attainmentAfter: number | null;
  changedCount: number;
  unpromisedCount: number;
  retargetCount: number;
  /** Null when nothing is promised to conversations, before or after. */
  conversations: {
    count: number; promisedCount: number; metBefore: number; breachedBefore: number; metAfter: number; breachedAfter: number; attainmentBefore: number | null; attainmentAfter: number | null; changedCount: number; retargetCount: number;
  } | null;
}

interface PolicyDocument {
  id: string;
  name: string;
  activeVersion: Version | null;
  versions: { nodes: { number: number }[] };
}

interface Problem {
  line: number | null;
  column: number | null;
  message: string;
  isWarning: boolean;
}

const DRY_RUN = 'id state percent ticketCount attainmentBefore attainmentAfter changedCount unpromisedCount retargetCount conversations { count promisedCount metBefore breachedBefore metAfter breachedAfter attainmentBefore attainmentAfter changedCount retargetCount }';
const VERSION = `id number yaml state activatedAt dryRun { ${DRY_RUN} }`;

/** Says every problem at its place; throws when one of them is a mistake. */
async function check(ask: Ask, file: string, yaml: string): Promise<void> {
  const { slaPolicyCheck } = await ask<{ slaPolicyCheck: { problems: Problem[]; isValid: boolean } }>('query SlaCheck($input: SlaPolicyDocumentInput!) { slaPolicyCheck(input: $input) { isValid problems { line column message isWarning } } }', { input: { yaml } });
  for (const { line, column, message, isWarning } of slaPolicyCheck.problems) console.log(`${file}:${line ?? 1}:${column ?? 1} ${isWarning ? 'warning: ' : ''}${message}`);
  const count = slaPolicyCheck.problems.filter(({ isWarning }) => !isWarning).length;
  if (!slaPolicyCheck.isValid) throw new Stop(EXIT.mistakes, `${file}: ${count} ${count === 1 ? 'mistake' : 'mistakes'}; nothing was changed`);
}

/** The document that is meant: by name, or the only one there is. Null when it is still to be made. */
async function findDocument(ask: Ask, name: string | undefined): Promise<PolicyDocument | null> {
  const { slaPolicyDocuments } = await ask<{ slaPolicyDocuments: { nodes: PolicyDocument[] } }>(`query SlaDocuments { slaPolicyDocuments(first: 100) { nodes { id name activeVersion { ${VERSION} } versions(first: 1) { nodes { number } } } } }`);
  const found = slaPolicyDocuments.nodes.filter((one) => name === undefined || one.name === name);
  if (found.length > 1) throw new Stop(EXIT.usage, `There are ${found.length} documents${name === undefined ? '' : ` called ${name}`}: ${found.map((one) => one.name).join(', ')}. Say which with --document NAME`);
  if (found.length === 0 && name === undefined) throw new Stop(EXIT.usage, 'There is no document yet. Name the new one with --document NAME');
  return found[0] ?? null;
}

/** The version's dry run with its result, begun unless there is one. */
async function runDry(ask: Ask, version: Version): Promise<DryRun> {
  let run = version.dryRun;
  if (!run || run.state === 'FAILED') ({ dryRun: run } = await tell<{ dryRun: DryRun }>(ask, 'dryRunSlaPolicy', { versionId: version.id, idempotencyKey: randomUUID() }, `dryRun { ${DRY_RUN} }`));
  while (run.state === 'QUEUED' || run.state === 'RUNNING') {
    await pause(POLL_MS);
    run = (await ask<{ slaDryRun: DryRun }>(`query SlaDryRun($id: ID!) { slaDryRun(id: $id) { ${DRY_RUN} } }`, { id: run.id })).slaDryRun;
  }
  if (run.state !== 'DONE') throw new Stop(EXIT.refused, 'The dry run did not finish; nothing was activated. Try again');
  return run;
}

/** Whom a version promises something, e.g. `P1 tickets`. */
const promisedTo = ({ policies }: Promises) => [...new Set(policies.map(({ subject, priority }) => `${priority} ${subject === 'CONVERSATION' ? 'conversations' : 'tickets'}`))];

/** What the version in force of a document promises. */
async function promisesOf(ask: Ask, documentId: string): Promise<Promises> {
  return (await ask<{ slaPolicyDocument: { activeVersion: Promises } }>('query SlaPromises($id: ID!) { slaPolicyDocument(id: $id) { activeVersion { policies { subject priority } } } }', { id: documentId })).slaPolicyDocument.activeVersion;
}

const percent = (rate: number | null) => (rate === null ? 'no data' : `${(rate * 100).toFixed(1)}%`);

function sayConversations({ number }: Version, found: NonNullable<DryRun['conversations']>): void {
  const { count, promisedCount, metBefore, breachedBefore, metAfter, breachedAfter, attainmentBefore, attainmentAfter, changedCount, retargetCount } = found;
  console.log(`dry run of v${number}: ${count} conversations of the last 30 days, ${promisedCount} promised something, attainment ${percent(attainmentBefore)} -> ${percent(attainmentAfter)} (${metBefore} met and ${breachedBefore} missed -> ${metAfter} and ${breachedAfter}), ${changedCount} would change; ${retargetCount} open conversations would be counted anew`);
}

async function apply(ask: Ask, file: string, yaml: string, { name, isRetargeted }: { name: string | undefined; isRetargeted: boolean }): Promise<void> {
  await check(ask, file, yaml);
  const document = await findDocument(ask, name);
  const active = document?.activeVersion ?? null;
  if (active?.yaml === yaml) return console.log(`v${active.number} of ${document!.name} is in force and holds this text: nothing to do`);
  const input = { documentId: document?.id ?? null, name: document ? null : name, content: { yaml }, baseVersion: document?.versions.nodes[0]?.number ?? null };
  const { version } = await tell<{ version: Version & Promises }>(ask, 'saveSlaPolicy', input, `version { ${VERSION} policies { subject priority } }`);
  const lost = active ? promisedTo(await promisesOf(ask, document!.id)).filter((who) => !promisedTo(version).includes(who)) : [];
  if (lost.length > 0) console.log(`warning: v${version.number} promises nothing to ${lost.join(', ')}, v${active!.number} does`);
  if (version.activatedAt === null || isRetargeted) {
    const run = await runDry(ask, version);
    console.log(`dry run of v${version.number}: ${run.ticketCount} tickets of the last 30 days, attainment ${percent(run.attainmentBefore)} -> ${percent(run.attainmentAfter)}, ${run.changedCount} would change; ${run.retargetCount} open tickets would be counted anew`);
    if (run.unpromisedCount > 0) console.log(`warning: ${run.unpromisedCount} tickets of these days had a promise and would have none`);
    if (run.conversations) sayConversations(version, run.conversations);
  }
  await tell(ask, 'activateSlaPolicy', { versionId: version.id, scope: isRetargeted ? 'RETARGET_OPEN' : 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }');
  console.log(`v${version.number} of ${document?.name ?? name} is in force${isRetargeted ? '; open tickets are being counted anew' : ' for new tickets'}`);
}

function readFile(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new Stop(EXIT.mistakes, `${file}:1:1 This file is not UTF-8: save it in UTF-8`);
    throw new Stop(EXIT.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
}

function readArguments(args: string[]) {
  try {
    const { values, positionals: [verb, file, ...rest] } = parseArgs({ args, allowPositionals: true, options: { document: { type: 'string' }, retarget: { type: 'boolean', default: false } } });
    if ((verb !== 'check' && verb !== 'apply') || !file || rest.length > 0) throw new Stop(EXIT.usage, `Say which: ${USAGE}`);
    return { verb, file, name: values.document, isRetargeted: values.retarget };
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(EXIT.usage, `${(error as Error).message}\nSay which: ${USAGE}`);
  }
}

async function main(args: string[]): Promise<void> {
  const { verb, file, ...how } = readArguments(args);
  await withApi(async (ask) => {
    const yaml = readFile(file);
    if (verb === 'apply') return apply(ask, file, yaml, how);
    await check(ask, file, yaml);
    console.log(`${file}: good`);
  });
}

await runCommand(USAGE, main);
