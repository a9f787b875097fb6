// A process full of visitors for `prove storm`, told what to do by its parent.
import { Follower } from './follower.ts';
import type { Answer, Order } from './orders.ts';

const OPEN_AT_A_TIME = 32;
let followers: Follower[] = [];
const seenAt = new Map<string, number>();

const say = (answer: Answer) => process.send!(answer);

async function open({ urls, visitors }: Extract<Order, { type: 'open' }>): Promise<void> {
  followers = visitors.map((visitor) => new Follower(urls, visitor, seenAt));
  for (let from = 0; from < followers.length; from += OPEN_AT_A_TIME) {
    await Promise.all(followers.slice(from, from + OPEN_AT_A_TIME).map((follower) => follower.open()));
  }
}

process.on('message', (order: Order) => {
  if (order.type === 'open') void open(order).then(() => say({ type: 'opened' }));
  else if (order.type === 'cut') {
    for (const follower of followers) follower.arm();
    if (order.isByUs) for (const follower of followers) follower.cut();
    say({ type: 'armed' });
  } else {
    say({ type: 'report', returns: followers.map((one) => one.back), shown: followers.map((one) => one.shown), seenAt: [...seenAt] });
  }
});
process.on('disconnect', () => process.exit());
