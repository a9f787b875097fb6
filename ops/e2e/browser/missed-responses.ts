import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { arrive, tell, type Ask } from '../../harness/people.ts';

const AT_ONCE = 'priority: P0\nfirst_response: 1s\nresolution_time: 4h\n';
const LOOK_EVERY_MS = 200;

/** Lets so many first responses end late: under a policy that promises them within a second. `admin` may change policies. */
export async function missResponses(url: string, admin: Ask, count: number): Promise<string[]> {
  const { version } = await tell<{ version: { id: string } }>(admin, 'saveSlaPolicy', { documentId: null, name: '一秒内响应', content: { yaml: AT_ONCE }, baseVersion: null }, 'version { id }');
  await activatePolicy(admin, version.id);
  const visitor = await arrive(url, 'demo');
  await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '短信验证码收不到' }, 'message { seq }');
  visitor.client.close();
  const tickets = Array.from({ length: count }, (_, place) => ({ category: 'ACCOUNT', subject: `收不到短信验证码 ${place + 1}`, priority: 'P0', conversationId: visitor.conversationId }));
  const { results } = await tell<{ results: { ticket: { id: string } }[] }>(admin, 'createTickets', { tickets, idempotencyKey: randomUUID() }, 'results { ticket { id } }');
  const ids = results.map(({ ticket }) => ticket.id);
  for (const id of ids) {
    while (!(await isMissed(admin, id))) await pause(LOOK_EVERY_MS);
    await tell(admin, 'commentTicket', { ticketId: id, clientCommentId: randomUUID(), text: '已为您核实', visibility: 'PUBLIC', lastSeenSeq: 999 }, 'entry { seq }');
  }
  return ids;
}

/** Runs a version dry and puts it in force for what is new. */
export async function activatePolicy(admin: Ask, versionId: string): Promise<void> {
  const { dryRun } = await tell<{ dryRun: { id: string } }>(admin, 'dryRunSlaPolicy', { versionId, idempotencyKey: randomUUID() }, 'dryRun { id }');
  const state = async () => (await admin<{ slaDryRun: { state: string } }>('query ($id: ID!) { slaDryRun(id: $id) { state } }', { id: dryRun.id })).slaDryRun.state;
  while ((await state()) !== 'DONE') await pause(LOOK_EVERY_MS);
  await tell(admin, 'activateSlaPolicy', { versionId, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }');
}

async function isMissed(admin: Ask, id: string): Promise<boolean> {
  const { ticket } = await admin<{ ticket: { firstResponseClock: { state: string } } }>('query ($id: ID!) { ticket(id: $id) { firstResponseClock { state } } }', { id });
  return ticket.firstResponseClock.state === 'BREACHED';
}
