import { createConnection } from 'node:net';

const PATIENCE_MS = 2_000;

/**
 * Whether the first bytes that a socket sends are the wanted ones; a socket that refuses, ends or stays silent has not answered.
 * @param {string | { host: string, port: number }} socket
 * @param {string | Buffer | null} question what is sent first; null waits for a greeting
 * @param {(answer: Buffer) => boolean} isWanted
 * @returns {Promise<boolean>}
 */
export function answers(socket, question, isWanted) {
  return new Promise((resolve) => {
    const connection = createConnection(/** @type {any} */ (socket), () => { if (question) connection.write(question); });
    const end = (/** @type {boolean} */ isReady) => {
      connection.destroy();
      resolve(isReady);
    };
    connection.setTimeout(PATIENCE_MS, () => end(false));
    connection.once('error', () => end(false));
    connection.once('close', () => end(false));
    connection.once('data', (answer) => end(isWanted(answer)));
  });
}
