import { randomUUID } from 'node:crypto';
import { systemIdentity, type Identity } from '@careline/kit/auth';
import type { Subgraph } from '@careline/kit/graphql';
import type { Clock } from '@careline/kit/time';
import type { SubgraphName } from '@careline/schema';
import { graphql } from 'graphql';

interface Refused {
  userErrors?: { code: string; message: string }[];
}

/** Speaks the public verbs of the subgraphs in-process, as whoever the story needs. */
export class DemoApi {
  readonly #subgraphs: ReadonlyMap<SubgraphName, Subgraph>;
  readonly #clock: Clock;

  constructor(subgraphs: readonly Subgraph[], clock: Clock) {
    this.#subgraphs = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
    this.#clock = clock;
  }

  /** Runs one operation; throws on an error. Refusals come back in the payload. */
  async ask<Data>(name: SubgraphName, source: string, variableValues: Record<string, unknown>, identity: Identity | null): Promise<Data> {
    const subgraph = this.#subgraphs.get(name)!;
    const contextValue = subgraph.createContext({ identity, requestId: `demo-${randomUUID()}`, locale: 'ZH_CN', address: '127.0.0.1', device: 'Demo', clientName: 'demo' });
    const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues, contextValue });
    if (errors) throw new Error(`The demo's ${source.slice(0, 80)}… failed: ${errors.map((error) => error.message).join('; ')}`, { cause: errors[0]!.originalError });
    return data as Data;
  }

  /** Runs one mutation `verb(input)` and gives its payload; throws when it was refused. */
  async tell<Payload>(name: SubgraphName, verb: string, input: object, selection: string, identity: Identity | null): Promise<Payload> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
    const data = await this.ask<Record<string, Payload & Refused>>(
      name, `mutation ($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code message } } }`, { input }, identity,
    );
    const payload = data[verb]!;
    const refusal = payload.userErrors?.[0];
    if (refusal) throw new DemoRefusal(verb, refusal.code, refusal.message);
    return payload;
  }

  /** The identity behind a token, as the gateway would find it. */
  async identityOf(token: string): Promise<Identity> {
    const { identity } = await this.ask<{ identity: Identity | null }>(
      'conversations', 'query ($token: String!) { identity(token: $token) }', { token }, systemIdentity('gateway', this.#clock.now()),
    );
    if (!identity) throw new Error('A token of the demo is not valid');
    return identity;
  }
}

/** A verb of the demo was refused; `code` is its UserErrorCode. */
export class DemoRefusal extends Error {
  readonly code: string;

  constructor(verb: string, code: string, message: string) {
    super(`The demo's ${verb} was refused: ${code} ${message}`);
    this.code = code;
  }
}
