// A live inbox from the published schema alone: every conversation the token may see, every message once and in order,
// across any cut. Usage: node live-inbox.mjs http://127.0.0.1:4000 <access token>   (needs: graphql-ws, ws)
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const ROW = 'id number state version lastSeq';
const LIST = `query List($after: String) { conversations(filter: { states: [QUEUED, ACTIVE] }, first: 100, after: $after) { nodes { ${ROW} } pageInfo { hasNextPage endCursor } } }`;
const HOLE = 'query Hole($id: ID!, $afterSeq: Int!) { conversation(id: $id) { messages(first: 100, afterSeq: $afterSeq) { nodes { seq clientMessageId authorName text } pageInfo { hasNextPage } } } }';
const INBOX = `subscription Inbox($afterSeq: Int) { inboxChanged(afterSeq: $afterSeq) { __typename seq ... on InboxConversationChanged { conversation { ${ROW} } } } }`;
const STREAM = 'subscription Stream($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { previousSeq message { seq clientMessageId authorName text } } } }';

export function connect({ url, token }) {
  const bearer = async () => `Bearer ${typeof token === 'function' ? await token() : token}`;
  // An end before the line is up is an error that nobody listens to any more: it would end the program.
  const socket = createClient({ url: `${url.replace(/^http/, 'ws')}/graphql`, webSocketImpl: class extends WebSocket { constructor(...given) { super(...given); this.on('error', () => {}); } }, connectionParams: async () => ({ authorization: await bearer() }), retryAttempts: 0, keepAlive: 10_000 });

  async function load(query, variables) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: await bearer() }, body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(15_000) });
    const { data, errors } = await response.json();
    return errors ? Promise.reject(Object.assign(new Error(errors[0].message), errors[0].extensions)) : data;
  }

  // Every end, error or silence means: subscribe again from the last seq applied.
  function follow(query, variables, from, apply) {
    const stream = { position: from, isOver: false, cut: () => {}, stop: () => { stream.isOver = true; stream.cut(); } };
    const once = () => new Promise((resolve) => {
      let busy = Promise.resolve(), timer, isCut = false;
      const cut = (cause) => { clearTimeout(timer); if (!isCut) stream.retryAfterMs = (Array.isArray(cause) ? cause[0]?.extensions : cause)?.retryAfterMs ?? 0; isCut = true; unsubscribe(); busy.then(resolve); };
      const alive = () => { clearTimeout(timer); timer = setTimeout(() => { socket.terminate(); cut(); }, 45_000); };
      const next = ({ data, errors }) => { alive(); if (errors) cut(errors); else busy = busy.then(() => isCut || apply(Object.values(data)[0], stream)).then(() => (stream.tries = 0), cut); };
      const unsubscribe = socket.subscribe({ query, variables: { ...variables, afterSeq: stream.position } }, { next, error: cut, complete: () => cut() });
      alive((stream.cut = cut));
    });
    // A refusal says how long to stay away: at least that, and spread, so that all who were refused do not come back together.
    const pause = () => new Promise((resolve) => setTimeout(resolve, Math.max(Math.min(10_000, 200 * 2 ** stream.tries) * (0.5 + Math.random() / 2), stream.retryAfterMs * (1 + Math.random() / 2))));
    (async () => { for (stream.tries = 0; !stream.isOver; stream.tries++) { await once(); await pause(); } })();
    return stream;
  }

  const followConversation = (id, onMessage) => follow(STREAM, { id }, 0, async (event, stream) => {
    const seen = (message) => { if (message.seq > stream.position) { stream.position = message.seq; onMessage(id, message); } };
    if (event.__typename === 'ConversationHeartbeat' && event.seq > stream.position) throw new Error('missed something');
    if (event.__typename !== 'MessageSent') return;
    for (let more = event.previousSeq > stream.position; more;) {
      const { nodes, pageInfo } = (await load(HOLE, { id, afterSeq: stream.position })).conversation.messages;
      nodes.forEach(seen), (more = pageInfo.hasNextPage);
    }
    seen(event.message);
  });

  function liveInbox({ onMessage = () => {}, onInbox = () => {} }) {
    const conversations = new Map(), streams = new Map();
    const show = (row) => {
      if (row.version >= (conversations.get(row.id)?.version ?? 0)) conversations.set(row.id, row);
      if (!streams.has(row.id)) streams.set(row.id, followConversation(row.id, onMessage));
    };
    const inbox = follow(INBOX, {}, null, async (event, stream) => {
      for (let after = null, more = stream.position === null || event.__typename === 'InboxReset'; more;) {
        const { nodes, pageInfo } = (await load(LIST, { after })).conversations;
        nodes.forEach(show), (after = pageInfo.endCursor), (more = pageInfo.hasNextPage);
      }
      if (event.conversation) show(event.conversation);
      if (event.__typename === 'InboxHeartbeat' && event.seq > (stream.position ?? event.seq)) throw new Error('missed something');
      stream.position = event.seq;
      onInbox(conversations);
    });
    return { conversations, stop: () => { inbox.stop(); streams.forEach((stream) => stream.stop()); } };
  }
  return { load, follow, followConversation, liveInbox, close: () => Promise.resolve(socket.dispose()).catch(() => {}) };
}

if (process.argv[1]?.endsWith('live-inbox.mjs')) connect({ url: process.argv[2], token: process.argv[3] }).liveInbox({ onMessage: (id, message) => console.log(id, message.seq, message.authorName, message.text ?? '') });
