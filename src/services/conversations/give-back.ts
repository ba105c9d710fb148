import { newId, type ConversationId, type CustomerId, type LegId } from '../../values/ids.ts';
import { newReference } from '../../values/reference.ts';
import type { ConversationStatus } from '../../values/vocabulary.ts';
import type { Parted } from '../customers/merging/part-person.ts';
import { membersOf } from '../customers/person-of.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';
import { leavesOf, turnToNewestLeg } from './newest-leg.ts';
import { followWaiting } from './follow-waiting.ts';
import { retellTimes } from './retell-times.ts';

/** A conversation of one of the two in which there is something of the other. */
interface Mixed extends Standing {
  readonly status: ConversationStatus;
}

/** What of a conversation is the other one's. */
interface Foreign {
  readonly legIds: readonly LegId[];
  /** Of the newest message among them. Null: there is none. */
  readonly customerId: CustomerId | null;
  readonly messageCount: number;
}

/**
 * After two persons were parted: what one of them wrote, or was written to, in a conversation of the other becomes a conversation of
 * their own, with its places, so that no reply goes to the wrong one and nobody reads the other's words. Orders and duplicates that lead
 * to the wrong one go along. The locks of both persons are the caller's.
 */
export async function giveBack(tx: TransactionScope, { personId, leaverId }: Parted): Promise<void> {
  for (const mixed of await findMixed(tx, personId, leaverId)) {
    const otherId = mixed.personId === personId ? leaverId : personId;
    const foreign = await findForeign(tx, mixed.id, otherId);
    const newbornId = foreign.customerId && (await open(tx, mixed, foreign.customerId));
    await move(tx, mixed.id, { otherId, foreign, newbornId });
    if (newbornId) await tell(tx, mixed, { newbornId, otherId, messageCount: foreign.messageCount });
  }
}

function findMixed(tx: TransactionScope, personId: CustomerId, leaverId: CustomerId): Promise<Mixed[]> {
  const { sql } = tx.db;
  return sql<Mixed[]>`
    with members as materialized (
      select m.id, ${personId}::text as person_id from ${membersOf(sql, personId)} as m(id)
      union all select m.id, ${leaverId}::text from ${membersOf(sql, leaverId)} as m(id)
    ), touched as (
      select l.conversation_id as id, m.person_id
      from members m join endpoints e on e.customer_id = m.id join legs l on l.endpoint_id = e.id
      union
      select c.merged_into_id, m.person_id
      from members m join conversations c on c.customer_id = m.id and c.merged_into_id is not null
      union
      select k.conversation_id, m.person_id
      from members m join orders o on o.customer_id = m.id join conversation_orders k on k.order_id = o.id
    )
    select distinct c.id, c.inbox_id, c.channel, c.assignee_id, c.status, m.person_id
    from touched t join conversations c on c.id = t.id join members m on m.id = c.customer_id
    where m.person_id <> t.person_id
    order by c.id`;
}

async function findForeign(tx: TransactionScope, id: ConversationId, otherId: CustomerId): Promise<Foreign> {
  const { sql } = tx.db;
  const [row] = await sql<Foreign[]>`
    with members as materialized (select m.id from ${membersOf(sql, otherId)} as m(id)),
    foreign_legs as materialized (
      select l.id, e.customer_id from legs l join endpoints e on e.id = l.endpoint_id
      where l.conversation_id = ${id} and e.customer_id in (select id from members)
    ), said as (
      select coalesce(f.customer_id, m.customer_id) as customer_id, m.occurred_at, m.id
      from messages m left join foreign_legs f on f.id = m.leg_id
      where m.conversation_id = ${id} and (f.id is not null or (m.leg_id is null and m.customer_id in (select id from members)))
    )
    select coalesce((select array_agg(id) from foreign_legs), '{}') as leg_ids, (select count(*)::int from said) as message_count,
      (select customer_id from said order by occurred_at desc, id desc limit 1) as customer_id`;
  return row!;
}

/** Open where the other one was; of what it is about, what was said of the duplicate that the words came from. */
async function open(tx: TransactionScope, { id, personId }: Mixed, customerId: CustomerId): Promise<ConversationId> {
  const { sql } = tx.db;
  const newbornId = newId('conversation');
  for (;;) {
    const opened = await sql`
      insert into conversations (id, reference, customer_id, subject, topic, language, issue_type, priority, status,
        inbox_id, channel, opened_at, last_message_at, resolved_at)
      select ${newbornId}, ${newReference()}, ${customerId}, own.subject, coalesce(own.topic, c.topic), coalesce(own.language, c.language),
        c.issue_type, c.priority, case when c.status = 'resolved' then 'resolved' else 'open' end, c.inbox_id, c.channel,
        coalesce(own.opened_at, c.opened_at), c.last_message_at, c.resolved_at
      from conversations c left join lateral (
        select d.subject, d.topic, d.language, d.opened_at from conversations d
        where d.merged_into_id = c.id and d.customer_id not in ${membersOf(sql, personId)}
        order by d.last_message_at desc, d.id desc limit 1
      ) own on true
      where c.id = ${id}
      on conflict (reference) do nothing`;
    // One in a thousand million: draw again.
    if (opened.count === 1) return newbornId;
  }
}

async function move(
  tx: TransactionScope,
  id: ConversationId,
  { otherId, foreign, newbornId }: { otherId: CustomerId; foreign: Foreign; newbornId: ConversationId | null },
): Promise<void> {
  const { sql } = tx.db;
  const legIds = foreign.legIds as string[];
  const members = membersOf(sql, otherId);
  if (newbornId)
    await Promise.all([
      sql`
        update messages m set conversation_id = ${newbornId},
          customer_id = coalesce((
            select e.customer_id from legs l join endpoints e on e.id = l.endpoint_id where l.id = m.leg_id), m.customer_id)
        where m.conversation_id = ${id}
          and (m.leg_id = any (${legIds}::text[]) or (m.leg_id is null and m.customer_id in ${members}))`,
      sql`
        update attachments a set customer_id = m.customer_id
        from messages m where m.conversation_id = ${newbornId} and a.message_id = m.id and a.customer_id <> m.customer_id`,
      sql`update legs set conversation_id = ${newbornId} where id = any (${legIds}::text[])`,
      // What was private stays private, for both.
      sql`
        insert into channel_switches (id, conversation_id, from_leg_id, to_leg_id, reason, guidance_message_id, switched_at,
          by_kind, by_id)
        select ${newId('channelSwitch')}, ${newbornId}, null, to_leg_id, reason, null, switched_at, by_kind, by_id
        from channel_switches where conversation_id = ${id} and reason = 'privacy'
        order by switched_at desc limit 1`,
      sql`
        insert into conversation_orders (conversation_id, order_id, linked_at)
        select ${newbornId}, k.order_id, k.linked_at from conversation_orders k join orders o on o.id = k.order_id
        where k.conversation_id = ${id} and o.customer_id in ${members}`,
    ]);
  // Places where nothing was said yet.
  else await sql`delete from legs where id = any (${legIds}::text[])`;
  await Promise.all([
    sql`
      delete from conversation_orders k using orders o
      where k.conversation_id = ${id} and o.id = k.order_id and o.customer_id in ${members}`,
    sql`update conversations set merged_into_id = ${newbornId} where merged_into_id = ${id} and customer_id in ${members}`,
  ]);
}

async function tell(
  tx: TransactionScope,
  mixed: Mixed,
  { newbornId, otherId, messageCount }: { newbornId: ConversationId; otherId: CustomerId; messageCount: number },
): Promise<void> {
  const newborn = { ...mixed, id: newbornId, personId: otherId, assigneeId: null };
  const [, stood, stands] = await Promise.all([
    retellTimes(tx, [mixed.id, newbornId]),
    turnToNewestLeg(tx, mixed),
    turnToNewestLeg(tx, newborn),
  ]);
  await followWaiting(tx, [mixed.id, newbornId]);
  // Nothing that tells the one of the other: their ids are not for each other's readers.
  recordFact(
    tx,
    conversationFact(stood, { type: 'conversation.split', details: { messageCount }, left: leavesOf(mixed, stood) }),
  );
  const status = mixed.status === 'resolved' ? 'resolved' : 'open';
  recordFact(tx, conversationFact(stands, { type: 'conversation.opened', details: { status } }));
}
