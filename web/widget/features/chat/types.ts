/** The parts of the public schema a visitor sees, as the operations in `schema/operations` select them. */
export interface VisitorMessage {
  id: string;
  clientMessageId: string | null;
  seq: number;
  kind: 'TEXT' | 'EVENT' | 'CARD';
  author: { kind: 'CUSTOMER' | 'AGENT' | 'BOT' | 'SYSTEM' | 'API' };
  authorName: string;
  text: string | null;
  event: string | null;
  facts: Record<string, string | number | boolean | null> | null;
  attachments: { attachmentId: string; fileName: string; contentType: string; bytes: number; downloadUrl: string | null; isBlocked: boolean }[];
  sentAt: string;
  /** When it was taken back; nobody sees then what it said. */
  recalledAt: string | null;
}

export interface QueuePlace {
  id: string;
  ahead: number;
  waitP50Seconds: number | null;
  waitP90Seconds: number | null;
  isQueueOpen: boolean;
  /** When a closed queue opens; null when it never does. */
  opensAt: string | null;
  /** What the organisation says to who waits in a closed queue. */
  closedMessage: string | null;
}

export interface VisitorConversation {
  id: string;
  number: string;
  state: 'BOT' | 'QUEUED' | 'ACTIVE' | 'CLOSED';
  agentName: string | null;
  lastSeq: number;
  unreadCount: number;
  queueEntry: QueuePlace | null;
  readMarks: { actor: { kind: string }; seq: number }[];
  rating: { score: number } | null;
  version: number;
}

export interface WidgetSettings {
  title: string;
  greeting: string;
  accentColor: string;
  isOpen: boolean;
  opensAt: string | null;
  bytesMax: number;
  locale: 'ZH_CN' | 'EN';
  form: FormField[];
}

export interface FormField {
  key: string;
  label: string;
  kind: 'TEXT' | 'PARAGRAPH' | 'PHONE' | 'EMAIL' | 'CHOICE' | 'CHECK';
  isRequired: boolean;
  lengthMax: number | null;
  choices: string[];
}

export interface UserError {
  code: string;
  field: string[] | null;
  message: string;
}

/** What a visitor leaves while nobody is there; empty texts are left out. */
export interface LeftMessage {
  name: string;
  email: string;
  phone: string;
  message: string;
}

/** A message the visitor wrote that the server has not confirmed yet. */
export interface PendingMessage {
  clientMessageId: string;
  text: string;
  attachmentIds: string[];
  fileNames: string[];
  /** Why it was refused; null while it is on its way or waits for the network. */
  failure: string | null;
  writtenAt: number;
}
