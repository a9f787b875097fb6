import { Agent, request } from 'node:http';

export interface Answer {
  data: never;
  errors?: { message: string }[];
}

/** Posts GraphQL over kept connections, as lean as Node can: the load must not cost more than what it measures. */
export class Poster {
  readonly #agent: Agent;

  constructor(connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  }

  post(url: string, headers: Record<string, string>, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(`${url}/graphql`, { method: 'POST', agent: this.#agent, headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** The answer's data; throws when it has errors. */
  async ask<Data>(url: string, headers: Record<string, string>, query: string, variables: object): Promise<Data> {
    const { data, errors } = JSON.parse(await this.post(url, headers, JSON.stringify({ query, variables }))) as Answer;
    if (errors) throw new Error(errors[0]!.message);
    return data;
  }

  close(): void {
    this.#agent.destroy();
  }
}
