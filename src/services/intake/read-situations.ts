import type { CustomerId } from '../../values/ids.ts';
import { newReference } from '../../values/reference.ts';
import { planOnce } from '../events/plan-once.ts';
import type { TransactionScope } from '../scope.ts';
import type { Asking, LookedForIdentity, Situation } from './situation.ts';

interface Read {
  readonly situation: Situation;
  /** The person whose row this transaction has locked. Null: nobody was known by the identity then, or somebody else has the lock. */
  readonly lockedId: CustomerId | null;
  readonly isReferenceTaken: boolean;
}

/**
 * Locks the persons who sent these messages, in the order of their ids, and reads what each message depends on: two statements in one flight, whatever
 * the number of messages. Answers in their order; null: there is no such inbox.
 */
export async function readSituations(
  tx: TransactionScope,
  askings: readonly Asking[],
  whereLocked: 'wait' | 'skip locked',
): Promise<readonly (Read | null)[]> {
  const { sql } = tx.db;
  const references = askings.map(() => newReference());
  const asked = askings.map((asking, index) => JSON.stringify({ ...toAsked(asking), reference: references[index] }));
  planOnce(tx);
  // One document a message: of the elements of an array the planner expects few, so that it goes by index.
  const [locked, rows] = await Promise.all([
    sql<{ number: number; id: CustomerId }[]>`
      select found.number, c.id
      from (
        select a.number::int, coalesce(l.person_id, i.customer_id) as person_id
        from unnest(${asked}::text[]) with ordinality as a(document, number),
          jsonb_to_record(a.document::jsonb) as q(kind text, match_key text, customer_id text)
          cross join lateral (
            select i.customer_id from identities i
            where i.kind = q.kind and coalesce(i.match_key, i.normalized) = q.match_key
            union all select c.id from customers c where c.id = q.customer_id) i
          left join person_links l on l.member_id = i.customer_id
      ) as found join customers c on c.id = found.person_id
      order by c.id
      for no key update of c ${whereLocked === 'wait' ? sql`` : sql`skip locked`}`,
    sql<(Omit<Situation, 'reference'> & { number: number; referenceTaken: boolean })[]>`
      select a.number::int, s.*
      from unnest(${asked}::text[]) with ordinality as a(document, number),
        jsonb_to_record(a.document::jsonb) as q(inbox text, is_public boolean, external_id text, text text, thread_id text, answers text[],
          address text, kind text, match_key text, most int, since timestamptz, customer_id text,
          "references" text[], addresses text[], order_numbers text[], reference text, named jsonb),
        lateral (
          with inbox as (
            select id, channel, market, routing <> 'on_request' as is_routed, routing = 'by_policy' as asks_policy,
              coalesce(q.is_public, (select c.is_public from channels c where c.name = channel), false) as is_public
            from inboxes
            where id = q.inbox or external_id = q.inbox
            order by id = q.inbox desc limit 1
          ), sender as (
            select found.id as customer_id, coalesce(l.person_id, found.id) as person_id
            from (
              select i.customer_id as id from identities i
              where i.kind = q.kind and coalesce(i.match_key, i.normalized) = q.match_key
              union all select c.id from customers c where c.id = q.customer_id
            ) as found left join person_links l on l.member_id = found.id
          ), members as materialized (
            select person_id as id from sender
            union all select l.member_id from sender s join person_links l on l.person_id = s.person_id
          ), endpoint as materialized (
            select e.id from sender s, inbox, endpoints e
            where e.inbox_id = inbox.id and e.address = q.address and e.customer_id = s.customer_id
              and e.is_public = inbox.is_public
          ), answered as (
            select m.conversation_id as id, m.customer_id from messages m where m.id = any (q.answers)
            union
            select m.conversation_id, m.customer_id from inbox, messages m
            where m.inbox_id = inbox.id and m.external_id = any (q.answers)
          ), chosen as (
            -- Below each member with a limit: so the planner has no choice but the index, whatever it knows of the tables.
            select c.*, (c.thread_key = q.thread_id) is true as in_thread
            from members m cross join lateral (
              select * from conversations c where c.customer_id = m.id and c.status <> 'resolved'
              order by c.last_message_at desc, c.id desc limit 200) c
            union all
            -- A thread that was merged goes on in the survivor.
            select c.*, true
            from members m cross join lateral (
              select c.id, c.merged_into_id from conversations c
              where q.thread_id is not null and c.customer_id = m.id and c.thread_key = q.thread_id
                and c.status = 'resolved'
              order by c.last_message_at desc, c.id desc limit 1) own
            join conversations c on c.id = coalesce(own.merged_into_id, own.id)
            union all
            select c.*, true
            from answered a join members m on m.id = a.customer_id join conversations own on own.id = a.id
              join conversations c on c.id = coalesce(own.merged_into_id, own.id)
          ), candidates as (
            select c.id, c.reference, merged.references as "mergedReferences", c.status, c.customer_id as "customerId", c.inbox_id as "inboxId",
              c.channel, c.assignee_id as "assigneeId", c.control_kind is not null as "isHeld", c.in_thread as "inThread",
              c.language is not null as "hasLanguage", c.topic is not null as "hasTopic",
              (extract(epoch from c.opened_at) * 1000)::float8 as "openedAtMs",
              (extract(epoch from c.last_message_at) * 1000)::float8 as "lastMessageAtMs",
              (select l.id from legs l where l.conversation_id = c.id and l.endpoint_id = (select id from endpoint))
                as "legId",
              (cardinality(q.addresses) > 0 and exists (
                select 1 from legs l join endpoints e on e.id = l.endpoint_id
                where l.conversation_id = c.id and e.address = any (q.addresses)))
              or (cardinality(q.order_numbers) > 0 and exists (
                select 1
                from (
                  select m.text from messages m where m.conversation_id = c.id and m.visibility = 'public'
                  order by m.occurred_at desc, m.id desc limit 100
                ) m, unnest(q.order_numbers) as said(number)
                where strpos(upper(m.text), said.number) > 0)) as "isSpokenOf"
            from chosen c
            cross join lateral (
              select array(
                select l.reference from conversations l
                where l.merged_into_id = c.id and l.reference = any (q."references")) as references
            ) as merged
            order by c.in_thread desc,
              c.reference = any (q."references") or cardinality(merged.references) > 0 desc,
              c.last_message_at desc, c.id desc
            limit 20
          )
          select inbox.id as inbox_id, inbox.channel, inbox.market, inbox.is_routed, inbox.asks_policy, inbox.is_public, sender.customer_id, sender.person_id,
            (select id from endpoint) as endpoint_id,
            (select jsonb_build_object('messageId', m.id, 'conversationId', m.conversation_id, 'customerId', m.customer_id,
                'isSameText', m.text = q.text, 'isSameCustomer', (m.customer_id = sender.customer_id) is true)
              from messages m where m.inbox_id = inbox.id and m.external_id = q.external_id) as earlier,
            coalesce((select jsonb_agg(o) from candidates o), '[]') as candidates,
            exists (select 1 from conversations where reference = q.reference) as reference_taken,
            (
              select count(*) >= q.most from (
                select 1 from dropped_identities d
                where d.kind = q.kind and d.match_key = q.match_key and d.is_of_known and d.last_seen_at >= q.since
                limit q.most) came) is true as is_shared,
            q.named is null or not exists (
              select from jsonb_to_recordset(q.named) as n(kind text, match_key text, most int, since timestamptz, verified boolean)
                left join identities i on i.kind = n.kind and coalesce(i.match_key, i.normalized) = n.match_key
                left join person_links l on l.member_id = i.customer_id
              where (coalesce(l.person_id, i.customer_id) = sender.person_id) is not true
                or n.verified and not i.verified
                or n.most <= (
                  select count(*) from (
                    select 1 from dropped_identities d
                    where d.kind = n.kind and d.match_key = n.match_key and d.is_of_known and d.last_seen_at >= n.since
                    limit n.most) came)) as is_settled,
            (select coalesce(max(version), 0) from identity_rule_sets) as rules_version
          from inbox left join sender on true
        ) as s`,
  ]);
  const lockedIds = new Map(locked.map(({ number, id }) => [number, id]));
  const reads = new Map(
    rows.map(({ number, referenceTaken, ...situation }): [number, Read] => [
      number,
      {
        situation: { ...situation, reference: references[number - 1]! },
        lockedId: lockedIds.get(number) ?? null,
        isReferenceTaken: referenceTaken,
      },
    ]),
  );
  return askings.map((_, index) => reads.get(index + 1) ?? null);
}

/** The row that the two statements read of a message. */
function toAsked({ message, sender: { address, whose, named, mentions } }: Asking) {
  return {
    ...{ inbox: message.inbox, is_public: message.isPublic, external_id: message.externalId, text: message.text },
    ...{ thread_id: message.threadId, answers: message.answers, address },
    ...('customerId' in whose ? { customer_id: whose.customerId } : toIdentity(whose)),
    named: named?.map((each) => ({ ...toIdentity(each), verified: each.verified })),
    references: mentions.references,
    addresses: mentions.addresses.filter((other) => other !== address),
    order_numbers: mentions.orderNumbers,
  };
}

const toIdentity = ({ kind, matchKey, limit }: LookedForIdentity) => ({ kind, match_key: matchKey, ...limit });
