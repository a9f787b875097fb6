export interface SeenMessage {
  seq: number;
  clientMessageId: string | null;
  authorName: string;
  text: string | null;
}

export interface Following {
  position: number | null;
  stop(): void;
}

export interface Connection {
  load<Data>(query: string, variables: Record<string, unknown>): Promise<Data>;
  followConversation(id: string, onMessage: (conversationId: string, message: SeenMessage) => void): Following;
  liveInbox(listeners: { onMessage?(conversationId: string, message: SeenMessage): void; onInbox?(conversations: Map<string, unknown>): void }): { conversations: Map<string, unknown>; stop(): void };
  close(): Promise<void>;
}

export function connect(options: { url: string; token: string | (() => Promise<string> | string) }): Connection;
