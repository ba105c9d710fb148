import { eraseParticipants } from './participants/erase-participants.ts';
import type { AgentId, ConversationId, CustomerId, InboxId } from '../../values/ids.ts';
import type { Channel, ConversationStatus } from '../../values/vocabulary.ts';
import { MOST_AT_ONCE, sumOfCounts, type LeavingPerson, type RowCounts } from '../customers/leaving-person.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact } from './conversation-fact.ts';
import { eraseMessages } from './erase-messages.ts';
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

/** A statement is about so many at most. */
const CONVERSATIONS_AT_ONCE = 1_000;

/**
 * Removes a person's conversations with all that hangs on them but the messages: those nobody finds without their conversation (erase-messages.ts). One
 * in which others wrote too becomes theirs, with their messages and without what was noted of it as a whole. How fast it was answered stays, as a
 * figure of nobody.
 */
export async function eraseConversations(
  tx: TransactionScope,
  { personId, memberIds }: Pick<LeavingPerson, 'personId' | 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  let counts: RowCounts = { attachments: await eraseAttachments(tx, ids) };
  const conversations = await sql<Leaving[]>`
    select c.id, c.status, c.assignee_id, c.inbox_id, c.channel, (
      select m.customer_id from messages m
      where m.conversation_id = c.id and m.customer_id <> all(${ids}) order by m.occurred_at desc, m.id desc limit 1) as heir_id
    from conversations c where c.customer_id = any(${ids}) order by c.id for update`;
  const gone = conversations.filter(({ heirId }) => heirId === null);
  counts = sumOfCounts(counts, await leaveToOthers(tx, conversations, ids));
  for (let i = 0; i < gone.length; i += CONVERSATIONS_AT_ONCE)
    counts = sumOfCounts(counts, await removeConversations(tx, gone.slice(i, i + CONVERSATIONS_AT_ONCE)));
  counts = sumOfCounts(counts, await eraseTraces(tx, ids));
  await freePlaces(tx, gone);
  for (const { id, assigneeId, inboxId, channel } of conversations)
    recordFact(
      tx,
      conversationFact(
        { id, personId, inboxId, channel, assigneeId },
        { type: 'conversation.erased', left: { inboxId, channel, assigneeId } },
      ),
    );
  return counts;
}

/** What others wrote in becomes theirs at once, and so nothing of the person may be left in it. */
async function leaveToOthers(
  tx: TransactionScope,
  conversations: readonly Leaving[],
  ids: string[],
): Promise<RowCounts> {
  const inherited = conversations.flatMap(({ id, heirId }) => (heirId === null ? [] : [{ id, heirId }]));
  if (inherited.length === 0) return {};
  let counts: RowCounts = {};
  for (const { id } of inherited)
    for (let isWhole = false; !isWhole;) {
      const written = await eraseMessages(tx, ids, id);
      counts = sumOfCounts(counts, written);
      isWhole = written['messages']! < MOST_AT_ONCE;
    }
  const rows = await tx.db.sql`
    update conversations c set customer_id = heir.customer_id, thread_key = null, subject = null, topic = null, tags = '{}',
      actions_taken = null, resolution = null
    from unnest(${inherited.map(({ id }) => id as string)}::text[], ${inherited.map(({ heirId }) => heirId as string)}::text[])
      as heir(id, customer_id)
    where c.id = heir.id`;
  return sumOfCounts(counts, { conversations: rows.count });
}

async function removeConversations(tx: TransactionScope, gone: readonly Leaving[]): Promise<RowCounts> {
  const { sql } = tx.db;
  const theirs = gone.map(({ id }) => id as string);
  const [handoffs, offers, reopenings, switches, presences, spells, clocks, links, legs] = await Promise.all([
    sql`delete from handoffs where conversation_id = any(${theirs})`,
    sql`delete from control_offers where conversation_id = any(${theirs})`,
    sql`delete from conversation_reopenings where conversation_id = any(${theirs})`,
    sql`delete from channel_switches where conversation_id = any(${theirs})`,
    sql`delete from conversation_presences where conversation_id = any(${theirs})`,
    sql`delete from waiting_spells where conversation_id = any(${theirs})`,
    sql`delete from service_clocks where conversation_id = any(${theirs})`,
    sql`delete from conversation_orders where conversation_id = any(${theirs})`,
    sql`delete from legs where conversation_id = any(${theirs})`,
    // Those of others that were merged into one of these stand alone again.
    sql`update conversations set merged_into_id = null where merged_into_id = any(${theirs}) and id <> all(${theirs})`,
  ]);
  const participants = await eraseParticipants(tx, theirs);
  const conversations = await sql`delete from conversations where id = any(${theirs})`;
  return {
    handoffs: handoffs.count,
    control_offers: offers.count,
    conversation_reopenings: reopenings.count,
    channel_switches: switches.count,
    conversation_presences: presences.count,
    conversation_participants: participants,
    waiting_spells: spells.count,
    service_clocks: clocks.count,
    conversation_orders: links.count,
    legs: legs.count,
    conversations: conversations.count,
  };
}

/** What of the person stands in conversations of others, and their addresses. */
async function eraseTraces(tx: TransactionScope, ids: string[]): Promise<RowCounts> {
  const { sql } = tx.db;
  const [handoffs, offers, reopenings, switches, links] = await Promise.all([
    sql`delete from handoffs where customer_id = any(${ids})`,
    sql`delete from control_offers where customer_id = any(${ids})`,
    sql`delete from conversation_reopenings where customer_id = any(${ids})`,
    sql`
      delete from channel_switches s where s.to_leg_id in (
        select l.id from legs l join endpoints e on e.id = l.endpoint_id where e.customer_id = any(${ids}))`,
    sql`delete from conversation_orders co using orders o where o.id = co.order_id and o.customer_id = any(${ids})`,
  ]);
  const legs =
    await sql`delete from legs l using endpoints e where e.id = l.endpoint_id and e.customer_id = any(${ids})`;
  const endpoints = await sql`
    delete from endpoints e where e.customer_id = any(${ids}) and not exists (select from legs l where l.endpoint_id = e.id)`;
  return {
    handoffs: handoffs.count,
    control_offers: offers.count,
    conversation_reopenings: reopenings.count,
    channel_switches: switches.count,
    conversation_orders: links.count,
    legs: legs.count,
    endpoints: endpoints.count,
  };
}

/** In one order, as whoever gives and takes places does; last, because everybody asks for these rows. */
async function freePlaces(tx: TransactionScope, gone: readonly Leaving[]): Promise<void> {
  const places = Map.groupBy(
    gone.filter(({ status, assigneeId }) => assigneeId !== null && status !== 'resolved'),
    ({ assigneeId }) => assigneeId!,
  );
  for (const [agentId, left] of [...places].sort(([a], [b]) => (a < b ? -1 : 1)))
    await tx.db.sql`update agents set load = greatest(0, load - ${left.length}) where id = ${agentId}`;
}
