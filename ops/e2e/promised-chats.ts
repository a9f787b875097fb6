import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { SECOND } from '@careline/kit/time';
import type { SubgraphName } from '@careline/schema';
import { EVERYTHING } from './everything.ts';

const SET_UP = 'mutation ($input: SetUpInput!) { setUp(input: $input) { userErrors { code } } }';
const VISIT = 'mutation ($input: StartVisitInput!) { startVisit(input: $input) { customer { id } } }';
const START = 'mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }';
const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code message } } }';
const CLOSE = 'mutation ($input: CloseConversationInput!) { closeConversation(input: $input) { userErrors { code } } }';
const SAVE = 'mutation ($input: SaveSlaPolicyInput!) { saveSlaPolicy(input: $input) { document { id } version { id yaml problems { message path } policies { subject priority conditions } } userErrors { code } } }';
const DRY_RUN = 'mutation ($input: DryRunSlaPolicyInput!) { dryRunSlaPolicy(input: $input) { userErrors { code } } }';
const ACTIVATE = 'mutation ($input: ActivateSlaPolicyInput!) { activateSlaPolicy(input: $input) { userErrors { code message } } }';
const CLOCKS = '($r: [_Any!]!) { _entities(representations: $r) { ... on Conversation { clocks { id target state budgetSeconds usedSeconds dueAt breachedAt endedAt isAtRisk policyName ticket { id } conversation { id } } } } }';
const PROOF = '($r: [_Any!]!) { _entities(representations: $r) { ... on Conversation { slaProof { hash clocks { clock { target state usedSeconds } countedSeconds pausedSeconds verdict policyVersion businessHoursVersion corrections { dueAt } intervals { from to seconds isCounted pauseReason entrySeq } } } } } }';
const DUE = 'query ($id: ID!) { conversation(id: $id) { lastSeq version due { target dueAt state isAtRisk } } }';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of documents that each test writes itself
type Answer = any;

export interface Chat {
  id: string;
  visitor: Identity;
}

/** A system in which conversations are promised something: visitors who speak, people who answer, and time that passes when it is told to. */
export class PromisedChats {
  readonly admin = agentIdentity({ role: 'admin' });
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  static async open(): Promise<PromisedChats> {
    const chats = new PromisedChats(await createTestWorld(EVERYTHING));
    const input = { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' };
    await chats.ask('conversations', SET_UP, { input }, null);
    return chats;
  }

  async ask(subgraph: SubgraphName, document: string, variables: object = {}, viewer: Identity | null = this.admin): Promise<Record<string, Answer>> {
    const { data, errors } = await this.world.execute(subgraph, document, variables as Record<string, unknown>, viewer, { address: '127.0.0.1' });
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  async tell(subgraph: SubgraphName, document: string, input: object, viewer: Identity | null = this.admin): Promise<Answer> {
    const [payload] = Object.values(await this.ask(subgraph, document, { input }, viewer));
    if (payload.userErrors?.length > 0) throw new Error(JSON.stringify(payload.userErrors));
    return payload;
  }

  /** Saves a version, of a new document unless one is named, and puts it in force. Returns the document. */
  async activate(yaml: string, documentId?: string, scope = 'NEW_ONLY'): Promise<string> {
    const { version, document } = await this.tell('tickets', SAVE, { ...(documentId ? { documentId } : { name: '会话' }), content: { yaml } });
    if (version.problems.length > 0) throw new Error(JSON.stringify(version.problems));
    await this.tell('tickets', DRY_RUN, { versionId: version.id, idempotencyKey: randomUUID() });
    await this.after(SECOND);
    await this.tell('tickets', ACTIVATE, { versionId: version.id, scope, idempotencyKey: randomUUID() });
    await this.after(SECOND);
    return document.id;
  }

  /** What was said and done reaches everybody, then time passes and everything due happens. */
  async after(ms: number): Promise<void> {
    await this.world.drainEvents();
    this.world.clock.advance(ms);
    await this.world.runJobs();
    await this.world.drainEvents();
  }

  async visit(): Promise<Identity> {
    const { channels } = await this.ask('conversations', '{ channels(first: 1) { nodes { id } } }');
    const { startVisit } = await this.ask('conversations', VISIT, { input: { channelKey: 'demo' } }, null);
    return customerIdentity({ id: startVisit.customer.id, channelId: channels.nodes[0].id });
  }

  async chat(): Promise<Chat> {
    const visitor = await this.visit();
    const { conversation } = await this.tell('conversations', START, { idempotencyKey: randomUUID() }, visitor);
    return { visitor, id: conversation.id };
  }

  async lastSeqOf({ id }: Chat): Promise<number> {
    return (await this.ask('conversations', DUE, { id })).conversation.lastSeq;
  }

  write({ id, visitor }: Chat, text: string): Promise<Answer> {
    return this.tell('conversations', SEND, { conversationId: id, clientMessageId: randomUUID(), text }, visitor);
  }

  async answer(one: Chat, text = '您好'): Promise<Answer> {
    return this.tell('conversations', SEND, { conversationId: one.id, clientMessageId: randomUUID(), text, lastSeenSeq: await this.lastSeqOf(one) });
  }

  async close(one: Chat): Promise<Answer> {
    return this.tell('conversations', CLOSE, { conversationId: one.id, lastSeenSeq: await this.lastSeqOf(one) });
  }

  async dueOf({ id }: Chat): Promise<Answer> {
    return (await this.ask('conversations', DUE, { id })).conversation.due;
  }

  async clocksOf({ id }: Chat, viewer: Identity = this.admin): Promise<Answer[]> {
    return (await this.ask('tickets', `query ${CLOCKS}`, { r: [{ __typename: 'Conversation', id }] }, viewer))._entities[0].clocks;
  }

  async clockOf(one: Chat, target: string): Promise<Answer[]> {
    return (await this.clocksOf(one)).filter((clock) => clock.target === target);
  }

  async proofOf({ id }: Chat, viewer: Identity = this.admin): Promise<Answer> {
    return (await this.ask('tickets', `query ${PROOF}`, { r: [{ __typename: 'Conversation', id }] }, viewer))._entities[0].slaProof;
  }
}
