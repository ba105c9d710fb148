import type { Sql } from '../../database/open-database.ts';
import type { PageRequest } from '../../values/page.ts';
import type { Right } from '../../values/rights.ts';
import type { TimelineKind } from '../../values/timeline.ts';

/** What a timeline is asked for. */
export interface TimelineRequest extends PageRequest {
  /** Null: all kinds that the viewer may read. */
  readonly kinds: readonly TimelineKind[] | null;
  /** Null: all; otherwise only entries that happened on one of these channels. */
  readonly channels: readonly string[] | null;
  /** Inclusive. */
  readonly since: Date | null;
  /** Exclusive. */
  readonly until: Date | null;
}

type Fragment = ReturnType<Sql>;

/** Rows of one table as entries of a timeline. A new source is a line of SOURCES, with an index over `at`'s columns. */
interface Source {
  readonly kind: TimelineKind;
  /** Asked for besides `customers:read`. */
  readonly right: Right;
  /** Table with the alias `s`; has a customer_id. */
  readonly from: (sql: Sql) => Fragment;
  /** Column with the moment, and the one that orders equal moments: both ends of the index. */
  readonly at: (sql: Sql) => Fragment;
  readonly tie: (sql: Sql) => Fragment;
  /** Id of the entry where it is not `tie`: equal moments are then sorted by it, few at a time. */
  readonly id?: (sql: Sql) => Fragment;
  readonly where?: (sql: Sql) => Fragment;
  /** Where it happened. Absent: on no channel. */
  readonly channel?: (sql: Sql) => Fragment;
  /** The condition on channels where an index can tell sooner than `channel`. */
  readonly onChannels?: (sql: Sql, channels: string[]) => Fragment;
  /** What the entry is about. */
  readonly subject: (sql: Sql) => Fragment;
  readonly parent?: (sql: Sql) => Fragment;
  readonly details?: (sql: Sql) => Fragment;
}

const ofMessages = (kind: 'message' | 'note', right: Right, visibility: 'public' | 'internal'): Source => ({
  kind,
  right,
  from: (sql) => sql`messages s`,
  at: (sql) => sql`s.occurred_at`,
  tie: (sql) => sql`s.id`,
  // Written out: only then the planner takes the partial index.
  where: (sql) => (visibility === 'public' ? sql`s.visibility = 'public'` : sql`s.visibility = 'internal'`),
  channel: (sql) => sql`(select i.channel from inboxes i where i.id = s.inbox_id)`,
  onChannels: (sql, channels) =>
    sql`s.inbox_id = any (array(select i.id from inboxes i where i.channel = any(${channels}::text[])))`,
  subject: (sql) => sql`s.id`,
  parent: (sql) => sql`s.conversation_id`,
});

const ofReopenings = (
  kind: 'conversation_resolved' | 'conversation_reopened',
  column: 'resolved_at' | 'reopened_at',
): Source => ({
  kind,
  right: 'conversations:read',
  from: (sql) => sql`conversation_reopenings s`,
  at: (sql) => sql`s.${sql(column)}`,
  tie: (sql) => sql`s.conversation_id`,
  id: (sql) => entryOf(sql, 's.conversation_id', kind, `s.${column}`),
  channel: (sql) => sql`(select c.channel from conversations c where c.id = s.conversation_id)`,
  subject: (sql) => sql`s.conversation_id`,
});

/** An id of an entry that may come more than once under one subject: the same before and after the conversation is opened again. */
const entryOf = (sql: Sql, subject: string, kind: TimelineKind, moment: string): Fragment =>
  sql`${sql(subject)} || ${`:${kind}@`}::text || floor(extract(epoch from ${sql(moment)}) * 1000)::bigint`;

const ofOrderSteps = (kind: 'order_status_changed' | 'tracking' | 'return_step'): Source => ({
  kind,
  right: 'orders:read',
  from: (sql) => sql`order_steps s`,
  at: (sql) => sql`s.occurred_at`,
  tie: (sql) => sql`s.id`,
  where: (sql) => sql`s.kind = ${kind}`,
  subject: (sql) => (kind === 'return_step' ? sql`s.return_id` : sql`s.id`),
  parent: (sql) => sql`s.order_id`,
  details: (sql) => sql`jsonb_build_object('status', s.status)`,
});

/** Every table whose rows stand in timelines. */
export const SOURCES: readonly Source[] = [
  ofMessages('message', 'conversations:read', 'public'),
  ofMessages('note', 'notes:read', 'internal'),
  {
    kind: 'conversation_opened',
    right: 'conversations:read',
    from: (sql) => sql`conversations s`,
    at: (sql) => sql`s.opened_at`,
    tie: (sql) => sql`s.id`,
    id: (sql) => sql`s.id || ':opened'`,
    channel: (sql) => sql`s.channel`,
    subject: (sql) => sql`s.id`,
  },
  {
    kind: 'conversation_resolved',
    right: 'conversations:read',
    from: (sql) => sql`conversations s`,
    at: (sql) => sql`s.resolved_at`,
    tie: (sql) => sql`s.id`,
    id: (sql) => entryOf(sql, 's.id', 'conversation_resolved', 's.resolved_at'),
    where: (sql) => sql`s.resolved_at is not null`,
    channel: (sql) => sql`s.channel`,
    subject: (sql) => sql`s.id`,
  },
  ofReopenings('conversation_resolved', 'resolved_at'),
  ofReopenings('conversation_reopened', 'reopened_at'),
  {
    kind: 'handed_off',
    right: 'conversations:read',
    from: (sql) => sql`handoffs s`,
    at: (sql) => sql`s.handed_at`,
    tie: (sql) => sql`s.id`,
    subject: (sql) => sql`s.id`,
    parent: (sql) => sql`s.conversation_id`,
  },
  {
    kind: 'routed',
    right: 'routing:read',
    from: (sql) => sql`routing_decisions s`,
    at: (sql) => sql`s.decided_at`,
    tie: (sql) => sql`s.id`,
    subject: (sql) => sql`s.id`,
    parent: (sql) => sql`s.conversation_id`,
  },
  {
    kind: 'order_placed',
    right: 'orders:read',
    from: (sql) => sql`orders s`,
    at: (sql) => sql`s.placed_at`,
    tie: (sql) => sql`s.id`,
    subject: (sql) => sql`s.id`,
    parent: (sql) => sql`s.id`,
  },
  ofOrderSteps('order_status_changed'),
  ofOrderSteps('tracking'),
  ofOrderSteps('return_step'),
  {
    kind: 'activity',
    right: 'activity:read',
    from: (sql) => sql`activities s`,
    at: (sql) => sql`s.occurred_at`,
    tie: (sql) => sql`s.id`,
    channel: (sql) => sql`s.channel`,
    subject: (sql) => sql`s.id`,
  },
  {
    kind: 'identity_added',
    right: 'customers:read',
    from: (sql) => sql`identities s`,
    at: (sql) => sql`s.first_seen_at`,
    tie: (sql) => sql`s.id`,
    subject: (sql) => sql`s.id`,
    details: (sql) =>
      sql`jsonb_build_object('id', s.id, 'kind', s.kind, 'value', s.value, 'normalized', s.normalized, 'verified', s.verified,
        'source', s.source, 'firstSeenAt', s.first_seen_at, 'lastSeenAt', s.last_seen_at)`,
  },
  {
    kind: 'trait_changed',
    right: 'customers:read',
    from: (sql) => sql`customer_traits s`,
    at: (sql) => sql`s.valid_from`,
    tie: (sql) => sql`s.key`,
    id: (sql) => sql`s.customer_id || ':' || s.key || '@' || floor(extract(epoch from s.valid_from) * 1000)::bigint`,
    subject: (sql) => sql`s.key`,
    details: (sql) =>
      sql`jsonb_build_object('key', s.key, 'kind', s.kind, 'value', s.value, 'source', s.source, 'validFrom', s.valid_from,
        'recordedAt', s.recorded_at)`,
  },
];

/**
 * The newest entries of one source under `member.id` that stand behind the cursor: read from the end of an index, as many as a page
 * needs and no more.
 */
export function entriesOf(sql: Sql, source: Source, request: TimelineRequest): Fragment {
  const { after, since, until, channels } = request;
  const [at, tie] = [source.at(sql), source.tie(sql)];
  const id = source.id?.(sql) ?? tie;
  const nothing = sql`null`;
  // The first condition is for the index, the second parts equal moments.
  const behind = !after
    ? sql``
    : source.id
      ? sql`and ${at} <= ${after.at} and (${at}, ${id}) < (${after.at}, ${after.id})`
      : sql`and (${at}, ${tie}) < (${after.at}, ${after.id})`;
  const onChannels = !channels
    ? sql``
    : sql`and ${source.onChannels?.(sql, [...channels]) ?? sql`${source.channel!(sql)} = any(${[...channels]}::text[])`}`;
  return sql`(
    select ${source.kind}::text as kind, ${id} as id, ${at} as occurred_at, ${source.channel?.(sql) ?? nothing}::text as channel,
      ${source.subject(sql)} as subject_id, ${source.parent?.(sql) ?? nothing}::text as parent_id,
      ${source.details?.(sql) ?? nothing}::jsonb as details
    from ${source.from(sql)}
    where s.customer_id = member.id ${source.where ? sql`and ${source.where(sql)}` : sql``} ${behind} ${onChannels}
      ${since ? sql`and ${at} >= ${since}` : sql``} ${until ? sql`and ${at} < ${until}` : sql``}
    order by ${at} desc, ${id} desc
    limit ${request.first + 1}
  )`;
}
