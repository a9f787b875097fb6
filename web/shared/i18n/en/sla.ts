export const sla = {
  target: { FIRST_RESPONSE: 'First response', NEXT_RESPONSE: 'Next response', PERIODIC_UPDATE: 'Periodic update', RESOLUTION: 'Resolution' },
  state: { RUNNING: 'Running', PAUSED: 'Paused', MET: 'Met', BREACHED: 'Breached' },
  look: { running: 'Running', risk: 'At risk', breached: 'Breached', paused: 'Paused', met: 'Met', missed: 'Breached', over: 'Over {time}', due: '{target}, due {time}', pausedBy: '{target} paused: {why}' },
  pause: { WAITING_FOR_CUSTOMER: 'waiting for the customer', ON_HOLD: 'on hold', CLOSED_HOURS: 'outside business hours', MERGED: 'merged into another ticket', SOLVED: 'solved' },
  cancel: { REACHED: 'target reached', TERMS_CHANGED: 'the SLA policy changed' },
  never: 'open',
  card: { used: '{budget} promised, took {used}', paused: '{budget} promised, {why}', due: '{budget} promised, due {due}', began: 'Began {time}', reached: 'Reached {time}', deadline: 'Due {time}' },
  step: { title: 'Escalation rules', none: 'This policy has no escalation rules.', noPolicy: 'No SLA policy applies to this ticket.', to: 'Escalate to {team}', of: 'after {target} was missed', byHand: 'by hand', cancelled: 'Cancelled' },
  conversation: { title: 'Promises of this conversation' },
  board: {
    title: 'SLA board', all: 'All teams', live: 'Live', age: 'Data is {count} s old', lost: 'The numbers are no longer live', next: 'Due next', noNext: 'No clock is running', hidden: 'A ticket you may not see', owner: '{name}, {target}', open: 'Open tickets', sum: 'All', count: '{priority}, {look}: {count} ticket | {priority}, {look}: {count} tickets',
    column: { running: 'Running', risk: 'At risk', breached: 'Breached', paused: 'Paused' },
    attainment: 'First response attainment today', promise: 'Target {rate}', spoken: 'Attainment {rate}, target {promise}', sample: '{count} in all', noneEnded: 'No first response has ended today', conversations: 'first responses to conversations', conversation: 'Conversation', hourly: 'By hour', warning: 'Under target, warning is on',
    left: 'Time left of tickets', bar: '{look}: {count} tickets', within: 'under {time}', beyond: 'over {time}', queues: 'Queues', noQueue: 'No queue', waiting: '{name}: nobody waits | {name}: {count} waits | {name}: {count} wait', oldest: 'Longest {time}', nobody: 'Nobody waits',
  },
  proof: {
    open: 'Proof', title: 'How time was counted', text: 'Which intervals count, and why', failed: 'The proof could not be loaded', sum: '{counted} counted, {paused} not counted, {budget} promised, business hours version {hours}', from: 'From', to: 'To', length: 'Length', counts: 'Counts', entry: { ticket: 'Entry', conversation: 'Message' }, counted: 'counts', still: 'does not: {why}',
    correction: 'Under business hours version {version} it would be due {due}, with the result {verdict}', hash: 'Hash {hash}',
  },
};
