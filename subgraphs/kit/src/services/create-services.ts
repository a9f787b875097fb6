import type { SubgraphName } from '@careline/schema';
import { execute, parse, validate, type DocumentNode } from 'graphql';
import { appError, knownFailure, type ErrorCode } from '../errors/index.ts';
import { systemFacts, type RequestFacts, type Subgraph } from '../graphql/index.ts';
import { openRemoteSubgraph, type RemoteSubgraph } from '../remote/index.ts';
import type { Clock } from '../time/index.ts';
import type { Services } from './services.ts';

export interface ServicesOptions {
  clock: Clock;
  /** `keyring.secret('internal')`, to sign requests to other processes. */
  secret: Buffer;
  /** Addresses of subgraphs in other processes, e.g. `{ tickets: 'http://tickets:4002/graphql' }`, as the gateway takes them too; `/graphql` may be left out. */
  urls?: Partial<Record<SubgraphName, string>>;
  /** How the asker is named in the other's audit entries and logs. */
  name?: string;
  timeoutMs?: number;
}

/** Services of one process; subgraphs that live in it are registered as they are made. */
export interface ProcessServices extends Services {
  register(subgraph: Subgraph): void;
}

const DOCUMENT_LIMIT = 200;
const TIMEOUT_MS = 5_000;

/** Asks subgraphs of this process directly and those of other processes over HTTP. */
export function createServices(options: ServicesOptions): ProcessServices {
  const local = new Map<SubgraphName, Subgraph>();
  const documents = new Map<string, DocumentNode>();
  const remotes = new Map<string, RemoteSubgraph>();
  // When it is first asked for: neighbours get their addresses one after the other.
  const remoteAt = (url: string): RemoteSubgraph => {
    const known = remotes.get(url) ?? openRemote(url, options);
    remotes.set(url, known);
    return known;
  };
  return {
    register: (subgraph) => void local.set(subgraph.name, subgraph),
    async query<Data>(name: SubgraphName, document: string, variables: Record<string, unknown> = {}, as?: RequestFacts): Promise<Data> {
      const facts = as ?? systemFacts(options.name ?? 'service', options.clock.now());
      const subgraph = local.get(name);
      const url = options.urls?.[name];
      if (subgraph) return askLocal(subgraph, checked(documents, subgraph, document), variables, facts) as Data;
      if (url) return askRemote(remoteAt(url), document, variables, facts) as Data;
      throw appError('UNAVAILABLE', { internal: `nobody here serves ${name}`, retryAfterMs: 1_000 });
    },
  };
}

function checked(documents: Map<string, DocumentNode>, subgraph: Subgraph, text: string): DocumentNode {
  const key = `${subgraph.name}\n${text}`;
  const known = documents.get(key);
  if (known) return known;
  const document = parse(text);
  const [problem] = validate(subgraph.schema, document);
  if (problem) throw new Error(`a service query to ${subgraph.name} does not fit its schema: ${problem.message}`);
  if (documents.size >= DOCUMENT_LIMIT) documents.clear();
  documents.set(key, document);
  return document;
}

/** Nothing stays open: lines are kept only while they are in use, and no stream is asked for. */
const openRemote = (url: string, { secret, timeoutMs = TIMEOUT_MS }: ServicesOptions): RemoteSubgraph =>
  openRemoteSubgraph({ url: `${url.replace(/\/(graphql\/?)?$/, '')}/graphql`, secret, timeoutMs, keepAliveMs: timeoutMs });

async function askLocal(subgraph: Subgraph, document: DocumentNode, variableValues: Record<string, unknown>, facts: RequestFacts): Promise<unknown> {
  const contextValue = subgraph.createContext(facts);
  const { data, errors } = await execute({ schema: subgraph.schema, document, variableValues, contextValue });
  const failure = errors?.[0];
  if (!failure) return data;
  throw knownFailure(failure.originalError) ?? appError('INTERNAL', { internal: `${subgraph.name} failed`, cause: failure.originalError ?? failure });
}

async function askRemote(remote: RemoteSubgraph, text: string, variables: Record<string, unknown>, facts: RequestFacts): Promise<unknown> {
  const { data, errors } = await remote.query({ text, variables, operationName: null, facts, isRepeatable: true });
  const failure = errors?.[0];
  if (!failure) return data;
  throw appError((failure.extensions.code as ErrorCode | undefined) ?? 'INTERNAL', { internal: `another subgraph answered: ${failure.message}` });
}
