import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventLine, socketLine, type Line, type LineAnswer, type LineOptions, type LineStream } from '../harness/lines.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

// What every headless client may rely on, by either way in: one socket for all, or plain HTTP with an event stream for each subscription.
const WAYS: [string, (options: LineOptions) => Line][] = [['a WebSocket', socketLine], ['HTTP and server-sent events', eventLine]];
const MESSAGES = `subscription ($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq
  ... on MessageSent { previousSeq message { seq text visibility clientMessageId authorName facts attachments { attachmentId downloadUrl } } }
  ... on MessageChanged { message { seq delivery } } ... on ConversationChanged { conversation { state version agentName lastSeq } } } }`;

let system: OpenSystem;
beforeAll(async () => {
  system = await openSystem();
});
afterAll(() => system?.close());

describe.each(WAYS)('a headless client over %s', (_name, way) => {
  const lines: Line[] = [];
  const open = (token?: string, language?: string) => {
    const line = way({ url: system.url, ...(token ? { token } : {}), ...(language ? { language } : {}) });
    lines.push(line);
    return line;
  };
  afterAll(() => Promise.all(lines.map((line) => line.close())));

  async function run<Payload = Record<string, never>>(line: Line, verb: string, input: object, selection: string): Promise<Payload & { userErrors: { code: string; field: string[] | null }[] }> {
    const { data, errors } = await line.ask(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${selection} userErrors { code field } } }`, { input });
    if (errors) throw new Error(errors[0]!.extensions.code);
    return data[verb];
  }
  const staff = () => open(system.staff.token);
  const own = () => open(system.staff.adminToken);

  /** A visitor whose conversation has begun with these words. */
  async function begin(...texts: string[]) {
    const { visitorToken, customer } = await run<{ visitorToken: string; customer: { id: string } }>(open(), 'startVisit', { channelKey: system.staff.channelKey }, 'visitorToken customer { id }');
    const line = open(visitorToken);
    const { conversation } = await run<{ conversation: { id: string } }>(line, 'startConversation', { idempotencyKey: randomUUID() }, 'conversation { id }');
    for (const text of texts) await say(line, conversation.id, text);
    return { line, token: visitorToken, customerId: customer.id, id: conversation.id };
  }
  const say = (line: Line, conversationId: string, text: string, more: object = {}) =>
    run<{ message: { id: string; seq: number } | null; isReplay: boolean | null; conflict: { lastSeq: number; messages: { text: string }[] } | null }>(
      line, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text, ...more }, 'message { id seq } conflict { lastSeq messages { text } }');

  /** Takes events until one fits, and gives all of them. */
  async function until(stream: LineStream, fits: (event: any, all: any[]) => boolean, into: any[] = []): Promise<any[]> {
    for await (const { data, errors } of stream) {
      if (errors) throw new Error(errors[0]!.extensions.code);
      const event = Object.values(data)[0];
      into.push(event);
      if (fits(event, into)) break;
    }
    return into;
  }
  const textsOf = (events: any[]) => events.filter((event) => event.message?.text && event.__typename === 'MessageSent').map((event) => event.message.text);
  const codeOf = (answer: LineAnswer) => answer.errors?.[0]?.extensions.code;
  async function firstOf(stream: LineStream): Promise<LineAnswer> {
    for await (const answer of stream) return answer;
    throw new Error('the stream ended without an event');
  }

  it('begins a visit as nobody, and is refused what needs an identity', async () => {
    const nobody = open();
    expect(codeOf(await nobody.ask('{ viewer { kind } }'))).toBe('UNAUTHENTICATED');
    const visitor = await begin();
    expect((await visitor.line.ask('{ viewer { kind } }')).data).toEqual({ viewer: { kind: 'CUSTOMER' } });
  });

  it('gets the same conversation for the same key', async () => {
    const visitor = await begin();
    const input = { idempotencyKey: randomUUID(), firstMessage: { clientMessageId: randomUUID(), text: 'hello' } };
    const twice = await Promise.all([1, 2].map(() => run<{ conversation: { id: string } }>(visitor.line, 'startConversation', input, 'conversation { id }')));
    expect(twice.map(({ conversation }) => conversation.id)).toEqual([visitor.id, visitor.id]);
  });

  it('stores a message once, however often it is sent', async () => {
    const visitor = await begin();
    const input = { clientMessageId: randomUUID() };
    const sent = await Promise.all([1, 2, 3].map(() => say(visitor.line, visitor.id, 'once', input)));
    expect(new Set(sent.map(({ message }) => message!.id)).size).toBe(1);
  });

  it('replays a conversation from the beginning, in order and without gap', async () => {
    const visitor = await begin('one', 'two', 'three');
    const events = await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (_event, all) => textsOf(all).length === 3);
    expect(events[0]).toMatchObject({ __typename: 'ConversationChanged', conversation: { state: 'QUEUED' } });
    expect(textsOf(events)).toEqual(['one', 'two', 'three']);
    const sent = events.filter((event) => event.__typename === 'MessageSent');
    sent.forEach((event, place) => expect(event.previousSeq).toBe(place === 0 ? 0 : sent[place - 1].seq));
  });

  it('replays exactly what comes after a position', async () => {
    const visitor = await begin('one', 'two');
    const { message } = await say(visitor.line, visitor.id, 'three');
    await say(visitor.line, visitor.id, 'four');
    expect(textsOf(await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: message!.seq - 1 }), (_event, all) => textsOf(all).length === 2))).toEqual(['three', 'four']);
  });

  it('goes on after a cut where it stood, with nothing lost or doubled', async () => {
    const visitor = await begin();
    const seen: any[] = [];
    for (let round = 0; round < 4; round += 1) {
      const stream = visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: seen.at(-1)?.seq ?? 0 });
      const reading = until(stream, (event) => {
        if (event.message?.text === `live ${round}`) stream.cut();
        return false;
      }, seen);
      await say(staff(), visitor.id, `live ${round}`, { lastSeenSeq: 9_999 });
      await reading;
      await say(staff(), visitor.id, `meanwhile ${round}`, { lastSeenSeq: 9_999 });
    }
    await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: seen.at(-1).seq }), (event) => event.message?.text === 'meanwhile 3', seen);
    expect(textsOf(seen)).toEqual([0, 1, 2, 3].flatMap((round) => [`live ${round}`, `meanwhile ${round}`]));
  });

  it('hears a beat with the last seq within 20 s of silence', async () => {
    const visitor = await begin('last words');
    const events = await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event) => event.__typename === 'ConversationHeartbeat');
    expect(events.at(-1).seq).toBe(Math.max(...events.filter((event) => event.__typename === 'MessageSent').map((event) => event.seq)));
  }, 30_000);

  it('never sees a note as a visitor, and has its number closed', async () => {
    const visitor = await begin('question');
    await run(staff(), 'addNote', { conversationId: visitor.id, clientMessageId: randomUUID(), text: 'between us' }, 'message { seq }');
    await say(staff(), visitor.id, 'answer', { lastSeenSeq: 9_999 });
    const events = await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event) => event.message?.text === 'answer');
    expect(textsOf(events)).toEqual(['question', 'answer']);
    const sent = events.filter((event) => event.__typename === 'MessageSent');
    expect(sent.at(-1).previousSeq).toBe(sent.at(-2).seq);
    const forStaff = await until(staff().stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event) => event.message?.text === 'answer');
    expect(textsOf(forStaff)).toEqual(['question', 'between us', 'answer']);
  });

  it('is shown what was said meanwhile instead of answering past it, and may insist', async () => {
    const visitor = await begin('question');
    const { message } = await say(visitor.line, visitor.id, 'never mind, solved');
    const refused = await say(staff(), visitor.id, 'answer', { lastSeenSeq: message!.seq - 1 });
    expect(refused).toMatchObject({ message: null, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }], conflict: { messages: [{ text: 'never mind, solved' }] } });
    expect((await say(staff(), visitor.id, 'answer', { lastSeenSeq: message!.seq - 1, confirm: true })).message!.seq).toBe(message!.seq + 1);
  });

  it('tells an agent when the visitor has read', async () => {
    const visitor = await begin('question');
    const { message } = await say(staff(), visitor.id, 'answer', { lastSeenSeq: 9_999 });
    const stream = staff().stream(MESSAGES, { id: visitor.id, afterSeq: message!.seq });
    const told = await until(stream, (event, all) => {
      // Read before somebody listens would be no change to tell.
      if (all.length === 1) void run(visitor.line, 'markRead', { conversationId: visitor.id, seq: message!.seq }, 'conversation { id }').catch(() => stream.cut());
      return event.__typename === 'MessageChanged' && event.message.delivery === 'READ';
    });
    expect(told.at(-1).message).toEqual({ seq: message!.seq, delivery: 'READ' });
  });

  it('shows who is typing while it lasts', async () => {
    const visitor = await begin('question');
    const stream = visitor.line.stream('subscription ($id: ID!) { typingChanged(conversationId: $id) { people { name isTyping } } }', { id: visitor.id });
    const seen = until(stream, (event) => {
      if (event.people.length === 0) void run(own(), 'setTyping', { conversationId: visitor.id, isTyping: true }, 'isAccepted').catch(() => stream.cut());
      return event.people.some((person: { isTyping: boolean }) => person.isTyping);
    });
    expect((await seen).at(-1).people).toEqual([{ name: 'Ada', isTyping: true }]);
  });

  it('tells a waiting visitor the place in the queue, and when it is over', async () => {
    const visitor = await begin('question');
    const stream = visitor.line.stream('subscription ($id: ID!) { queuePositionChanged(conversationId: $id) { entry { ahead } } }', { id: visitor.id });
    const seen = await until(stream, (event, all) => {
      if (all.length === 1) void run(staff(), 'assignConversation', { conversationId: visitor.id, agentId: system.staff.agentId }, 'conversation { id }');
      return event.entry === null;
    });
    expect(seen[0].entry.ahead).toBeGreaterThanOrEqual(0);
  });

  it('gets each change of the conversation whole, with a rising version', async () => {
    const visitor = await begin('question');
    const events = await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event, all) => {
      if (all.length === 1) void run(staff(), 'assignConversation', { conversationId: visitor.id, agentId: system.staff.agentId }, 'conversation { id }');
      return event.conversation?.state === 'ACTIVE';
    });
    const versions = events.filter((event) => event.conversation).map((event) => event.conversation.version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(events.at(-1).conversation.agentName).toBe('Ada');
  });

  it('lives through the end of a conversation and its reopening', async () => {
    const visitor = await begin('question');
    await run(staff(), 'closeConversation', { conversationId: visitor.id, lastSeenSeq: 9_999 }, 'conversation { id }');
    const events = await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event, all) => {
      if (all.length === 1) void say(visitor.line, visitor.id, 'one more thing');
      return event.conversation?.state === 'QUEUED' && textsOf(all).includes('one more thing');
    });
    expect(events[0].conversation.state).toBe('CLOSED');
  });

  it('rates once, by the token in the closing card', async () => {
    const visitor = await begin('question');
    await run(staff(), 'closeConversation', { conversationId: visitor.id, lastSeenSeq: 9_999 }, 'conversation { id }');
    const events = await until(visitor.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event) => Boolean(event.message?.facts?.ratingToken));
    const input = { token: events.at(-1).message.facts.ratingToken, score: 5, reasons: ['SOLUTION'] };
    expect(await run(open(), 'rateConversation', input, 'rating { score }')).toMatchObject({ rating: { score: 5 }, userErrors: [] });
    expect((await run(open(), 'rateConversation', input, 'rating { score }')).userErrors).toMatchObject([{ code: 'ALREADY_EXISTS' }]);
  });

  it('does not find the conversation of somebody else, by any verb', async () => {
    const [visitor, stranger] = [await begin('private'), await begin()];
    expect(codeOf(await firstOf(stranger.line.stream(MESSAGES, { id: visitor.id, afterSeq: 0 })))).toBe('NOT_FOUND');
    await expect(say(stranger.line, visitor.id, 'hi')).rejects.toThrow('NOT_FOUND');
    expect((await stranger.line.ask('query ($id: ID!) { conversation(id: $id) { id } }', { id: visitor.id })).data).toEqual({ conversation: null });
  });

  it('sends a file and lets the other side read it', async () => {
    const visitor = await begin('look');
    const bytes = Buffer.from('line one\nline two\n'.repeat(50));
    const { attachment, uploadUrl, headers } = await run<{ attachment: { id: string }; uploadUrl: string; headers: { name: string; value: string }[] }>(
      visitor.line, 'createUpload', { clientUploadId: randomUUID(), fileName: 'error.log', bytes: bytes.length, contentType: 'text/plain' }, 'attachment { id } uploadUrl headers { name value }');
    expect((await fetch(uploadUrl, { method: 'PUT', body: bytes, headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) })).status).toBe(200);
    await say(visitor.line, visitor.id, 'the log', { attachmentIds: [attachment.id] });
    const events = await until(staff().stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event) => event.message?.attachments?.length > 0);
    const read = await own().ask('query ($id: ID!) { node(id: $id) { ... on Attachment { fileName downloadUrl } } }', { id: events.at(-1).message.attachments[0].attachmentId });
    expect(read.data.node.fileName).toBe('error.log');
    expect(Buffer.from(await (await fetch(read.data.node.downloadUrl)).arrayBuffer())).toEqual(bytes);
  });

  it('resumes on another device with what was missed', async () => {
    const visitor = await begin('one', 'two');
    await say(staff(), visitor.id, 'three', { lastSeenSeq: 9_999 });
    const resumed = await run<{ messages: { text: string | null }[] }>(open(visitor.token), 'resumeConversation', { conversationId: visitor.id, lastSeq: 0 }, 'messages { text }');
    expect(resumed.messages.map(({ text }) => text).filter(Boolean)).toEqual(['one', 'two', 'three']);
  });

  it('tells an agent of new conversations, from a position it can come back to', async () => {
    const INBOX = 'subscription ($afterSeq: Int) { inboxChanged(afterSeq: $afterSeq) { __typename seq ... on InboxConversationChanged { conversation { id } } } }';
    const line = own();
    const [first] = await until(line.stream(INBOX), () => true);
    const visitor = await begin('hello');
    const events = await until(line.stream(INBOX, { afterSeq: first.seq }), (event) => event.conversation?.id === visitor.id);
    const seqs = events.map((event) => event.seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });

  it('is told by two streams of one identity the same', async () => {
    const visitor = await begin();
    const streams = [1, 2].map(() => until(open(visitor.token).stream(MESSAGES, { id: visitor.id, afterSeq: 0 }), (event) => event.message?.text === 'both'));
    await say(visitor.line, visitor.id, 'both');
    const [one, two] = await Promise.all(streams);
    expect(textsOf(one!)).toEqual(textsOf(two!));
  });

  it('is refused what is malformed, too large or not of one subgraph, with a code and a request id', async () => {
    const line = staff();
    const codes = await Promise.all([
      line.ask('{ nothing }'),
      line.ask('query ($id: ID!) { conversation(id: $id) { id } }'),
      line.ask('{ conversations(first: 101) { nodes { id } } }'),
      line.ask('{ conversations(first: 1, last: 1) { nodes { id } } }'),
      line.ask('{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }'),
      firstOf(line.stream('subscription { messageSent(conversationId: "cnv_1", afterSeq: 0) { seq ... on ConversationChanged { conversation { tickets(first: 1) { nodes { id } } } } } }')),
    ]);
    expect(codes.map(codeOf)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'COST_LIMIT', 'BAD_USER_INPUT']);
    for (const { errors } of codes) expect(errors![0]).toEqual({ message: expect.any(String), ...(errors![0] && 'locations' in errors![0] ? { locations: expect.any(Array) } : {}), extensions: { code: expect.any(String), requestId: expect.any(String) } });
  });

  it('is answered in its own language', async () => {
    const messages = await Promise.all(['en', 'zh-CN'].map(async (language) => (await open('forged', language).ask('{ viewer { kind } }').catch(() => null))?.errors?.[0]?.message ?? null));
    const plain = await Promise.all(['en', 'zh-CN'].map(async (language) => (await open(undefined, language).ask('{ viewer { kind } }')).errors![0]!.message));
    expect(plain).toEqual([expect.stringContaining('Sign in'), expect.stringContaining('登录')]);
    // A token that is not valid ends a socket before it can ask; over HTTP it is nobody's.
    expect([[null, null], plain]).toContainEqual(messages);
  });

  it('loses its streams with the token they stand on', async () => {
    const visitor = await begin('question');
    const issued = await run<{ accessToken: { id: string }; secret: string }>(own(), 'issueToken', {
      name: 'short', grants: [{ permission: 'conversation:read', scope: 'ALL' }], expiresAt: new Date(Date.now() + 3_600_000).toISOString(), idempotencyKey: randomUUID(),
    }, 'accessToken { id } secret');
    const seen: LineAnswer[] = [];
    for await (const answer of open(issued.secret).stream(MESSAGES, { id: visitor.id, afterSeq: 0 })) {
      seen.push(answer);
      if (seen.length === 1) await run(own(), 'revokeToken', { tokenId: issued.accessToken.id }, 'accessToken { id }');
    }
    expect([undefined, 'UNAUTHENTICATED']).toContain(codeOf(seen.at(-1)!));
    const after = open(issued.secret).ask('query ($id: ID!) { conversation(id: $id) { id } }', { id: visitor.id }).then(codeOf, () => 'UNAUTHENTICATED');
    expect(await after).toBe('UNAUTHENTICATED');
  }, 20_000);
});
