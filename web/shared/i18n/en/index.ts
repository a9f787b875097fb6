import { admin } from './admin.ts';
import { agent } from './agent.ts';
import { alert } from './alert.ts';
import { command } from './command.ts';
import { common } from './common.ts';
import { conversation } from './conversation.ts';
import { customer } from './customer.ts';
import { inbox } from './inbox.ts';
import { policy } from './policy.ts';
import { sla } from './sla.ts';
import { ticket } from './ticket.ts';

/** Every word of the console in English. Keys are module.thing.word. */
export const en = { admin, agent, alert, command, common, conversation, customer, inbox, policy, sla, ticket };
