import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail server on loopback that takes every mail, or answers RCPT with `refusal` instead. */
export interface MailServer {
  url: string;
  /** What it took: who it is for, and head and body as they came. */
  readonly mails: { to: string[]; data: string }[];
  refusal: string | null;
  close(): Promise<void>;
}

export async function openMailServer(): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, mailServer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails: [], refusal: null,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return mailServer;
}

function serve(socket: Socket, server: MailServer): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let to: string[] = [];
  let data: string | null = null;
  let rest = '';
  const hear = (line: string) => {
    if (data !== null) {
      if (line !== '.') return void (data += `${line.replace(/^\./, '')}\n`);
      server.mails.push({ to, data });
      [to, data] = [[], null];
      return say('250 taken');
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') {
      if (server.refusal) return say(server.refusal);
      to.push(line.replace(/^[^<]*<|>.*$/g, ''));
    }
    if (verb === 'DATA') {
      data = '';
      return say('354 go on');
    }
    say(verb === 'QUIT' ? '221 bye' : '250 fine');
  };
  say('220 mail.test');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop()!;
    for (const line of lines) hear(line);
  });
}
