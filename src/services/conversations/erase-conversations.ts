import type { AgentId, ConversationId, CustomerId, InboxId } from '../../values/ids.ts';
import type { Channel, ConversationStatus } from '../../values/vocabulary.ts';
import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact } from './conversation-fact.ts';
import { eraseAttachments } from './forget-attachments.ts';

interface Leaving {
  readonly id: ConversationId;
  readonly status: ConversationStatus;
  readonly assigneeId: AgentId | null;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  /** Who else's messages stand in it: it came together while they were one person. Null: nobody's. */
  readonly heirId: CustomerId | null;
}

/**
 * Removes a person's conversations with all that was written in them. One in which others wrote too becomes theirs, with their messages
 * and without what was noted of it as a whole. How fast it was answered stays, as a figure of nobody.
 */
export async function eraseConversations(
  tx: TransactionScope,
  { personId, memberIds }: Pick<LeavingPerson, 'personId' | 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const attachments = await eraseAttachments(tx, ids);
  const conversations = await sql<Leaving[]>`
    select c.id, c.status, c.assignee_id, c.inbox_id, c.channel, (
      select m.customer_id from messages m
      where m.conversation_id = c.id and m.customer_id <> all(${ids}) order by m.occurred_at desc, m.id desc limit 1) as heir_id
    from conversations c where c.customer_id = any(${ids}) order by c.id for update`;
  const gone = conversations.filter(({ heirId }) => heirId === null);
  const written = await eraseMessages(tx, ids);
  const parts = await eraseParts(tx, gone, ids);
  const inherited = await leaveToOthers(tx, conversations);
  const removed = await removeConversations(tx, gone);
  const endpoints = await sql`
    delete from endpoints e where e.customer_id = any(${ids}) and not exists (select from legs l where l.endpoint_id = e.id)`;
  for (const { id, assigneeId, inboxId, channel } of conversations)
    recordFact(
      tx,
      conversationFact(
        { id, personId, inboxId, channel, assigneeId },
        { type: 'conversation.erased', left: { inboxId, channel, assigneeId } },
      ),
    );
  return { attachments, ...written, ...parts, conversations: removed + inherited, endpoints: endpoints.count };
}

async function eraseMessages(tx: TransactionScope, ids: string[]): Promise<RowCounts> {
  const { sql } = tx.db;
  const deliveries = await sql`
    delete from deliveries d using messages m where m.id = d.message_id and m.customer_id = any(${ids})`;
  const messages = await sql`delete from messages where customer_id = any(${ids})`;
  return { deliveries: deliveries.count, messages: messages.count };
}

/** What belongs to conversations that go, and what of the person stands in others'. */
async function eraseParts(tx: TransactionScope, gone: readonly Leaving[], ids: string[]): Promise<RowCounts> {
  const { sql } = tx.db;
  const theirs = gone.map(({ id }) => id as string);
  const [handoffs, reopenings, switches, presences, links] = await Promise.all([
    sql`delete from handoffs where customer_id = any(${ids}) or conversation_id = any(${theirs})`,
    sql`delete from conversation_reopenings where customer_id = any(${ids}) or conversation_id = any(${theirs})`,
    sql`
      delete from channel_switches s where s.conversation_id = any(${theirs}) or s.to_leg_id in (
        select l.id from legs l join endpoints e on e.id = l.endpoint_id where e.customer_id = any(${ids}))`,
    sql`delete from conversation_presences where conversation_id = any(${theirs})`,
    sql`
      delete from conversation_orders co where co.conversation_id = any(${theirs}) or (
        co.order_id in (select o.id from orders o where o.customer_id = any(${ids})))`,
  ]);
  const legs = await sql`
    delete from legs l using endpoints e
    where e.id = l.endpoint_id and (l.conversation_id = any(${theirs}) or e.customer_id = any(${ids}))`;
  return {
    handoffs: handoffs.count,
    conversation_reopenings: reopenings.count,
    channel_switches: switches.count,
    conversation_presences: presences.count,
    conversation_orders: links.count,
    legs: legs.count,
  };
}

async function leaveToOthers(tx: TransactionScope, conversations: readonly Leaving[]): Promise<number> {
  const inherited = conversations.flatMap(({ id, heirId }) => (heirId === null ? [] : [{ id, heirId }]));
  if (inherited.length === 0) return 0;
  const rows = await tx.db.sql`
    update conversations c set customer_id = heir.customer_id, thread_key = null, subject = null, topic = null, tags = '{}',
      actions_taken = null, resolution = null
    from unnest(${inherited.map(({ id }) => id as string)}::text[], ${inherited.map(({ heirId }) => heirId as string)}::text[])
      as heir(id, customer_id)
    where c.id = heir.id`;
  return rows.count;
}

async function removeConversations(tx: TransactionScope, gone: readonly Leaving[]): Promise<number> {
  const { sql } = tx.db;
  const theirs = gone.map(({ id }) => id as string);
  // Those of others that were merged into one of these stand alone again.
  await sql`
    update conversations set merged_into_id = null where merged_into_id = any(${theirs}) and id <> all(${theirs})`;
  const removed = await sql`delete from conversations where id = any(${theirs})`;
  const places = Map.groupBy(
    gone.filter(({ status, assigneeId }) => assigneeId !== null && status !== 'resolved'),
    ({ assigneeId }) => assigneeId!,
  );
  // In one order, as whoever gives and takes places does.
  for (const [agentId, left] of [...places].sort(([a], [b]) => (a < b ? -1 : 1)))
    await sql`update agents set load = greatest(0, load - ${left.length}) where id = ${agentId}`;
  return removed.count;
}
