import { admin } from './admin.ts';
import { agent } from './agent.ts';
import { canned } from './canned.ts';
import { category } from './category.ts';
import { channel } from './channel.ts';
import { alert } from './alert.ts';
import { command } from './command.ts';
import { common } from './common.ts';
import { conversation } from './conversation.ts';
import { customer } from './customer.ts';
import { hours } from './hours.ts';
import { inbox } from './inbox.ts';
import { macro } from './macro.ts';
import { policy } from './policy.ts';
import { rule } from './rule.ts';
import { routing } from './routing.ts';
import { sla } from './sla.ts';
import { ticket } from './ticket.ts';
import { view } from './view.ts';

/** Every word of the console in English. Keys are module.thing.word. */
export const en = { admin, agent, canned, category, channel, alert, command, common, conversation, customer, hours, inbox, macro, policy, rule, routing, sla, ticket, view };
