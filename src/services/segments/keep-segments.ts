import type { EventType } from '../../values/event-types.ts';
import type { CustomerId, SegmentId } from '../../values/ids.ts';
import type { SegmentFilter } from '../../values/segments.ts';
import { atomically } from '../events/atomically.ts';
import { decodeCursor, encodeCursor, placeAt } from '../events/cursor.ts';
import type { Installation } from '../events/installation.ts';
import { areKept, readMissed, readSnapshot } from '../events/read-events.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { keepMembers } from './keep-members.ts';

/** After what a person may belong to other segments. */
const OF_PERSONS: readonly EventType[] = [
  'customer.created',
  'customer.updated',
  'customer.linked',
  'customer.merged',
  'customer.unmerged',
  'identity.added',
  'identity.ended',
  'consent.changed',
  'order.recorded',
  'order.status_changed',
  'order.updated',
  'conversation.erased',
];
/** Nearly every event is one of these: asked for only where a filter asks over which channels somebody is reached. */
const OF_ADDRESSES: readonly EventType[] = ['message.received', 'message.sent', 'conversation.channel_switched'];
const MOST_EVENTS = 500;
/** Customers that are looked at in one go when a filter is new. */
const AT_ONCE = 500;
/** Each customer of whom the journal tells is looked at for every segment: so much in a transaction. */
const MOST_LOOKS = 25_000;

interface Row {
  readonly id: SegmentId;
  readonly filter: SegmentFilter;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly examinedUpTo: string | null;
  readonly toExamine: number | null;
}

/**
 * One step of the work on segments: looks at the persons of whom the journal tells since the last step, then at the next of those who were not
 * looked at since a filter is what it is. In one process at a time; what it has done and where it is are one transaction, so that it goes
 * on from there whatever dies. True: there is more to do at once.
 */
export async function keepSegments(scope: Scope, installation: Installation): Promise<boolean> {
  const [any] = await scope.db.sql`select 1 from segments limit 1`;
  if (!any) return false;
  return atomically(scope, async (tx) => {
    const { sql, journal } = tx.db;
    const [at] = await sql<{ cursor: string | null }[]>`
      select cursor from segment_place where id = 1 for update skip locked`;
    // Another process is at work.
    if (!at) return false;
    // Whoever changes a filter does not wait for this step: everybody is looked at again after that, by a later one.
    const rows = await sql<Row[]>`
      select id, filter, version, is_deleted, examined_up_to, to_examine from segments order by created_at, id`;
    const until = await readSnapshot(journal);
    const place = at.cursor === null ? null : decodeCursor(installation, at.cursor);
    const isKept = place !== null && typeof place !== 'string' && (await areKept(journal, [place]))[0] === true;
    if (!isKept) {
      // Nothing is known of what happened before: everybody is looked at.
      if (at.cursor !== null)
        await sql`update segments set examined_up_to = '', examined = 0, to_examine = null where not is_deleted`;
      await moveTo(tx, encodeCursor(installation, placeAt(until)));
      return true;
    }
    const segments = rows.filter(({ isDeleted }) => !isDeleted);
    const types = segments.some(({ filter }) => asksForChannels(filter))
      ? [...OF_PERSONS, ...OF_ADDRESSES]
      : OF_PERSONS;
    const limit = Math.min(MOST_EVENTS, Math.ceil(MOST_LOOKS / Math.max(1, segments.length)));
    const missed = await readMissed(journal, place, { until, interest: { streams: [], topics: [], types }, limit });
    const ids = new Set(missed.flatMap(({ event: { streams } }) => streams.flatMap(customerIn)));
    await keepMembers(tx, segments, [...ids]);
    const isPart = missed.length === limit;
    await moveTo(tx, encodeCursor(installation, isPart ? missed.at(-1)!.place : placeAt(until)));
    // Who changed comes first: the look at everybody may take long.
    if (isPart) return true;
    const due = rows.find(({ isDeleted, examinedUpTo }) => isDeleted || examinedUpTo !== null);
    if (!due) return false;
    await (due.isDeleted ? letGo(tx, due) : lookAtNext(tx, due));
    return true;
  });
}

const customerIn = (stream: string): CustomerId[] =>
  stream.startsWith('customer:') ? [stream.slice('customer:'.length) as CustomerId] : [];

const asksForChannels = (filter: SegmentFilter): boolean =>
  filter.reachableOn != null ||
  [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])].some(asksForChannels);

const moveTo = ({ db: { sql } }: TransactionScope, cursor: string) =>
  sql`update segment_place set cursor = ${cursor} where id = 1`;

/** The next customers in the order of their ids: who comes meanwhile is told of by the journal. */
async function lookAtNext(tx: TransactionScope, segment: Row): Promise<void> {
  const { sql } = tx.db;
  const rows = await sql<{ id: CustomerId }[]>`
    select id from customers where id > ${segment.examinedUpTo!} order by id limit ${AT_ONCE}`;
  const ids = rows.map(({ id }) => id);
  await keepMembers(tx, [segment], ids);
  const reached = ids.length < AT_ONCE ? null : ids.at(-1)!;
  await sql`
    update segments set examined_up_to = ${reached}, examined = examined + ${ids.length},
      to_examine = coalesce(to_examine, (select count(*)::int from customers))
    where id = ${segment.id} and version = ${segment.version}`;
}

/** Lets the next members of a deleted segment go; with the last of them it goes itself. */
async function letGo(tx: TransactionScope, { id }: Row): Promise<void> {
  const { sql } = tx.db;
  const rows = await sql<{ customerId: CustomerId }[]>`
    select customer_id from segment_members where segment_id = ${id} order by entered_at, customer_id limit ${AT_ONCE}`;
  const ids = rows.map(({ customerId }) => customerId);
  await keepMembers(tx, [{ id, filter: null }], ids);
  if (ids.length < AT_ONCE) await sql`delete from segments where id = ${id}`;
}
