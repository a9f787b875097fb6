// The floor of `bench chat`: one process, websocket in, group-committed row, ack to the sender and push to the
// other side. No GraphQL, no permissions, no encryption, no events: what the machine could do at best.
import mysql from 'mysql2';
import { WebSocketServer, type WebSocket } from 'ws';

interface Send {
  conv: string;
  cid: string;
  body: string;
  from: WebSocket;
}

const WRITERS = 4;
const BATCH_MAX = 200;
const socketPath = new URL(process.env.TEST_DATABASE_URL!).searchParams.get('socketPath') ?? undefined;
const url = new URL(process.env.TEST_DATABASE_URL!);
const database = process.env.FLOOR_DATABASE!;
const access = { host: url.hostname, port: Number(url.port || 3306), user: decodeURIComponent(url.username), password: decodeURIComponent(url.password), socketPath };

const admin = mysql.createConnection(access).promise();
await admin.query(`CREATE DATABASE IF NOT EXISTS ${database}`);
await admin.query(`CREATE TABLE IF NOT EXISTS ${database}.m (id BIGINT AUTO_INCREMENT PRIMARY KEY, conv CHAR(40) NOT NULL, cid CHAR(40) NOT NULL UNIQUE, body VARCHAR(2000) NOT NULL, KEY (conv, id))`);
await admin.end();
const pool = mysql.createPool({ ...access, database, connectionLimit: WRITERS });

const listeners = new Map<string, WebSocket>();
const waiting: Send[] = [];
let busy = 0;

function flush(): void {
  while (busy < WRITERS && waiting.length > 0) {
    busy += 1;
    const batch = waiting.splice(0, BATCH_MAX);
    pool.query('INSERT INTO m (conv, cid, body) VALUES ?', [batch.map((send) => [send.conv, send.cid, send.body])], (error) => {
      busy -= 1;
      if (error) throw error;
      for (const { conv, cid, from } of batch) {
        from.send(JSON.stringify({ ack: cid }));
        listeners.get(conv)?.send(JSON.stringify({ seen: cid }));
      }
      flush();
    });
  }
}

const server = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { listen?: string } & Send;
    if (message.listen) listeners.set(message.listen, socket);
    else {
      waiting.push({ ...message, from: socket });
      flush();
    }
  });
});
server.on('listening', () => process.send?.({ type: 'ready' }));
process.on('disconnect', () => process.exit());
