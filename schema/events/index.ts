export * from './define.ts';
export * from './conversations.ts';
export * from './tickets.ts';
export * from './knowledge.ts';
export * from './analytics.ts';
export * from './audit.ts';
