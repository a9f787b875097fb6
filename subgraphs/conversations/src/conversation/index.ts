export { actTogether, prepareActs, type Act, type PreparedAct } from './act-together.ts';
export { appendServiceLine, lockConversation, saveConversation, type AppendLine } from './append-line.ts';
export { announce, sendNotice, type Notice } from './announce.ts';
export { assignOwner, ownerOf, putInQueue, type AssignOwner, type PutInQueue } from './change-owner.ts';
export { openSubject, readConversation } from './conversation.fields.ts';
export { conversationHooks } from './conversation.hooks.ts';
export { belongingsOf, canRead, seesInternal } from './conversation.rules.ts';
export {
  selectConversations as findConversations, selectOpenConversation as findOpenConversation, selectOwnedIds as conversationsOwnedBy,
  selectLastAgent as lastAgentOf, selectOwnedUnits as agentLoads,
} from './conversation.store.ts';
export type {
  ActorRef, ConversationRow, ConversationState, Facts, InboxTargets, LockedConversation, NoticeKind, Priority, ServiceLine, Visibility,
} from './conversation.types.ts';
export type { AssignedHook, ChannelCard, ChannelDoor, FormAnswer, QueueDoor, Release, ReleasedHook, StartCause, StartedHook, Told } from './conversation.hooks.ts';
export { belongingsOfCustomers, customersInReach } from './conversation.ports.ts';
export { conversationHandlers } from './conversation.events.ts';
export { conversationJobs } from './conversation.jobs.ts';
export { countStartedBetween, selectStartedBetween as conversationsStartedBetween } from './started.store.ts';
export { readOpenings } from './read-openings.ts';
export { moveBack, moveConversations } from './move.store.ts';
