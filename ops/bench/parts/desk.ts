import { randomUUID } from 'node:crypto';
import { arrive, asker, tell, type Staff } from '../../harness/people.ts';

/** Visitors who wrote, conversations with an owner, and a ticket made of each: what a desk has in front of it. */
export async function fillDesk(url: string, staff: Staff, count: number): Promise<void> {
  const admin = asker(url, () => staff.adminToken);
  const { categories } = await admin<{ categories: { id: string }[] }>('{ categories { id } }');
  const conversationIds: string[] = [];
  while (conversationIds.length < count) {
    const visitor = await arrive(url, staff.channelKey);
    const { conversationId } = visitor;
    await tell(visitor.ask, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text: 'The payment failed, what now?' }, 'message { seq }');
    await tell(staff.ask, 'assignConversation', { conversationId, agentId: staff.agentId }, 'conversation { id }');
    visitor.client.close();
    conversationIds.push(conversationId);
  }
  const tickets = conversationIds.map((conversationId) => ({ conversationId, category: categories[0]!.id, subject: 'Payment failed', description: 'Paid twice, booked once.' }));
  await tell(staff.ask, 'createTickets', { idempotencyKey: randomUUID(), tickets }, 'createdCount');
}
