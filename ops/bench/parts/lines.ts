import WebSocket from 'ws';

/** A bare websocket client: the load must not cost more than what it measures. */
function openSocket(url: string, protocol?: string): Promise<WebSocket> {
  const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** The two ends of one conversation, whatever server is behind them. */
export interface Line {
  /** Sends one text; resolves when it is stored. */
  send(clientMessageId: string): Promise<void>;
  close(): void;
}

/** A line of the floor server. */
export async function openFloorLine(url: string, conv: string, onSeen: (clientMessageId: string) => void): Promise<Line> {
  const [visitor, agent] = await Promise.all([openSocket(url), openSocket(url)]);
  const acks = new Map<string, () => void>();
  agent.on('message', (data) => onSeen((JSON.parse(String(data)) as { seen: string }).seen));
  visitor.on('message', (data) => {
    const { ack } = JSON.parse(String(data)) as { ack: string };
    acks.get(ack)?.();
    acks.delete(ack);
  });
  agent.send(JSON.stringify({ listen: conv }));
  return {
    send: (cid) => new Promise((resolve) => {
      acks.set(cid, resolve);
      visitor.send(JSON.stringify({ conv, cid, body: TEXT }));
    }),
    close: () => [visitor, agent].forEach((socket) => socket.terminate()),
  };
}

const TEXT = 'hello '.repeat(16);

const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code } } }';
const STREAM = 'subscription Stream($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { previousSeq message { clientMessageId authorName text sentAt } } } }';

const LAST = 'query Last($id: ID!) { conversation(id: $id) { lastSeq } }';

interface Frame {
  type: string;
  id?: string;
  /** Of an `error` frame a list. */
  payload?: { [place: number]: { message: string; extensions?: { retryAfterMs?: number } } } & { data?: { conversation?: { lastSeq: number }; sendMessage?: { userErrors: { code: string }[] }; messageSent?: { message?: { clientMessageId: string | null } } }; errors?: { message: string }[] };
}

async function openApiSocket(url: string, token: string, onFrame: (frame: Frame) => void): Promise<WebSocket> {
  const socket = await openSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const isAcked = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'connection_ack') resolve();
      else if (frame.type === 'ping') socket.send('{"type":"pong"}');
      else onFrame(frame);
    });
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await isAcked;
  return socket;
}

/** A line of the public GraphQL API: the visitor sends, the agent's side listens, both through the router. */
export async function openApiLine(url: string, conversationId: string, visitorToken: string, agentToken: string, onSeen: (clientMessageId: string) => void): Promise<Line> {
  const acks = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const say = (id: string) => {
    const input = { conversationId, clientMessageId: id, text: TEXT };
    visitor.send(JSON.stringify({ id, type: 'subscribe', payload: { query: SEND, variables: { input } } }));
  };
  const visitor: WebSocket = await openApiSocket(url, visitorToken, ({ type, id, payload }) => {
    if (type === 'complete') return;
    const wait = acks.get(id!);
    const refused = type === 'error' ? payload?.[0] : undefined;
    // Told to come again: it does, and its message is as old as its first try.
    if (refused?.extensions?.retryAfterMs) return void setTimeout(() => { if (visitor.readyState === visitor.OPEN) say(id!); }, refused.extensions.retryAfterMs);
    const problem = refused?.message ?? payload?.errors?.[0]?.message ?? payload?.data?.sendMessage?.userErrors[0]?.code;
    if (problem) wait?.reject(new Error(problem));
    else wait?.resolve();
    acks.delete(id!);
  });
  let isListening: () => void;
  const listening = new Promise<void>((resolve) => (isListening = resolve));
  let knowLast: (seq: number) => void;
  const last = new Promise<number>((resolve) => (knowLast = resolve));
  const agent = await openApiSocket(url, agentToken, ({ type, id, payload }) => {
    if (id === 'last') {
      if (payload?.data?.conversation) knowLast(payload.data.conversation.lastSeq);
      return;
    }
    if (type !== 'next') throw new Error(`The agent's stream ended: ${JSON.stringify(payload)}`);
    isListening();
    const seen = payload?.data?.messageSent?.message?.clientMessageId;
    if (seen) onSeen(seen);
  });
  const ask = (id: string, query: string, variables: object) => agent.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
  ask('last', LAST, { id: conversationId });
  // From here on: what earlier rounds wrote is not delivered again. One message back, whose coming says that the stream is open.
  ask('stream', STREAM, { id: conversationId, afterSeq: Math.max(0, (await last) - 1) });
  await listening;
  return {
    send: (id) => new Promise((resolve, reject) => {
      acks.set(id, { resolve, reject });
      say(id);
    }),
    close: () => [visitor, agent].forEach((socket) => socket.terminate()),
  };
}
