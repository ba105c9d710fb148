import type { CustomerId, SegmentId } from '../../values/ids.ts';
import { belongs, type SegmentFilter } from '../../values/segments.ts';
import { recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { readSubjects } from './read-subjects.ts';

/** A segment as far as it is about who belongs to it. Null as filter: nobody does any more. */
export interface KeptSegment {
  readonly id: SegmentId;
  readonly filter: SegmentFilter | null;
}

interface Membership {
  readonly segmentId: SegmentId;
  readonly customerId: CustomerId;
}

/**
 * Looks at these customers and lets them in and out of these segments; names a fact for each who enters or leaves. A customer who is a
 * person under another id belongs to nothing under its own. For one worker at a time, who sees everything that was committed before.
 */
export async function keepMembers(
  tx: TransactionScope,
  segments: readonly KeptSegment[],
  customerIds: readonly string[],
): Promise<void> {
  if (segments.length === 0 || customerIds.length === 0) return;
  const { sql } = tx.db;
  const persons = await sql<{ customerId: CustomerId; personId: CustomerId }[]>`
    select asked.id as customer_id, coalesce(l.person_id, asked.id) as person_id
    from unnest(${customerIds as string[]}::text[]) as asked(id) left join person_links l on l.member_id = asked.id`;
  const personOf = new Map(persons.map(({ customerId, personId }) => [customerId, personId]));
  const ids = [...new Set(persons.flatMap(({ customerId, personId }) => [customerId, personId]))];
  const subjects = await readSubjects(sql, ids);
  const present = await sql<Membership[]>`
    select segment_id, customer_id from segment_members
    where customer_id = any (${ids as string[]}::text[]) and segment_id = any (${segments.map(({ id }) => id as string)}::text[])`;
  const before = new Set(present.map(nameOf));
  const wanted = [...subjects].flatMap(([customerId, subject]) =>
    segments.flatMap(({ id: segmentId, filter }) =>
      filter && belongs(filter, subject) ? [{ segmentId, customerId }] : [],
    ),
  );
  const after = new Set(wanted.map(nameOf));
  const entered = wanted.filter((membership) => !before.has(nameOf(membership)));
  const left = present.filter((membership) => !after.has(nameOf(membership)));
  await Promise.all([enter(tx, entered), leave(tx, left)]);
  for (const { segmentId, customerId } of entered)
    recordFact(tx, {
      type: 'customer.segment_entered',
      streams: [stream.customer(customerId)],
      topics: [topic.segment(segmentId)],
      details: { customerId, segmentId },
    });
  for (const { segmentId, customerId } of left)
    recordFact(tx, {
      type: 'customer.segment_left',
      // Who was merged has no stream of its own any more.
      streams: [stream.customer(personOf.get(customerId) ?? customerId)],
      topics: [topic.segment(segmentId)],
      details: { customerId, segmentId },
    });
}

const nameOf = ({ segmentId, customerId }: Membership) => `${segmentId} ${customerId}`;

const enter = async ({ db: { sql }, now }: TransactionScope, entered: readonly Membership[]) =>
  entered.length > 0 &&
  sql`
    insert into segment_members (segment_id, customer_id, entered_at)
    select *, ${now}::timestamptz from unnest(${entered.map(({ segmentId }) => segmentId as string)}::text[], ${entered.map(({ customerId }) => customerId as string)}::text[])`;

const leave = async ({ db: { sql } }: TransactionScope, left: readonly Membership[]) =>
  left.length > 0 &&
  sql`
    delete from segment_members m
    using unnest(${left.map(({ segmentId }) => segmentId as string)}::text[], ${left.map(({ customerId }) => customerId as string)}::text[]) as l(segment_id, customer_id)
    where m.segment_id = l.segment_id and m.customer_id = l.customer_id`;
