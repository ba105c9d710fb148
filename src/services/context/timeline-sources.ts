import type { DataClass } from '../../values/personal-classes.ts';
import type { PageRequest } from '../../values/page.ts';
import type { Right } from '../../values/rights.ts';
import type { TimelineKind } from '../../values/timeline.ts';
import { consentAllows } from '../privacy/open-to.ts';

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

/** Rows of one table as entries of a timeline, in SQL. A new source is a line of SOURCES, with an index over `at`'s columns. */
export interface Source {
  readonly kind: TimelineKind;
  /** Asked for besides `customers:read`. */
  readonly right: Right;
  /** Who looks at it for no purpose has no such entries, nor has anybody where the person refused it. Absent: the right says enough. */
  readonly dataClass?: DataClass;
  /** Table with the alias `s`; has a customer_id. */
  readonly from: string;
  /** Column with the moment, and the one that orders equal moments: both ends of the index. */
  readonly at: string;
  readonly tie: string;
  /** Id of the entry where it is not `tie`: equal moments are then sorted by it, few at a time. */
  readonly id?: string;
  readonly where?: string;
  /** Where it happened. Absent: on no channel. */
  readonly channel?: string;
  /** The condition on channels where an index can tell sooner than `channel`; they are the parameter given. */
  readonly onChannels?: (channels: string) => string;
  /** What the entry is about. */
  readonly subject: string;
  readonly parent?: string;
  readonly details?: string;
}

const ofMessages = (kind: 'message' | 'note', right: Right, visibility: 'public' | 'internal'): Source => ({
  kind,
  right,
  from: 'messages s',
  at: 's.occurred_at',
  tie: 's.id',
  where: `s.visibility = '${visibility}'`,
  channel: '(select i.channel from inboxes i where i.id = s.inbox_id)',
  onChannels: (channels) => `s.inbox_id = any (array(select i.id from inboxes i where i.channel = any(${channels})))`,
  subject: 's.id',
  parent: 's.conversation_id',
});

const ofReopenings = (
  kind: 'conversation_resolved' | 'conversation_reopened',
  column: 'resolved_at' | 'reopened_at',
): Source => ({
  kind,
  right: 'conversations:read',
  from: 'conversation_reopenings s',
  at: `s.${column}`,
  tie: 's.conversation_id',
  id: entryOf('s.conversation_id', kind, `s.${column}`),
  channel: '(select c.channel from conversations c where c.id = s.conversation_id)',
  subject: 's.conversation_id',
});

/** An id of an entry that may come more than once under one subject: the same before and after the conversation is opened again. */
const entryOf = (subject: string, kind: TimelineKind, moment: string): string =>
  `${subject} || ':${kind}@' || floor(extract(epoch from ${moment}) * 1000)::bigint`;

const ofOrderSteps = (kind: 'order_status_changed' | 'tracking' | 'return_step'): Source => ({
  kind,
  right: 'orders:read',
  from: 'order_steps s',
  at: 's.occurred_at',
  tie: 's.id',
  where: `s.kind = '${kind}'`,
  subject: kind === 'return_step' ? 's.return_id' : 's.id',
  parent: 's.order_id',
  details: `jsonb_build_object('status', s.status)`,
});

/** What the person did, and what they wrote of us. */
const ofActivities = (dataClass: 'behaviour' | 'content', isOpinion: 'in' | 'not in'): Source => ({
  kind: 'activity',
  right: 'activity:read',
  dataClass,
  from: 'activities s',
  at: 's.occurred_at',
  tie: 's.id',
  where: `s.kind ${isOpinion} ('review', 'survey_answer')`,
  channel: 's.channel',
  subject: 's.id',
});

/** Every table whose rows stand in timelines. */
export const SOURCES: readonly Source[] = [
  ofMessages('message', 'conversations:read', 'public'),
  ofMessages('note', 'notes:read', 'internal'),
  {
    kind: 'conversation_opened',
    right: 'conversations:read',
    from: 'conversations s',
    at: 's.opened_at',
    tie: 's.id',
    id: `s.id || ':opened'`,
    channel: 's.channel',
    subject: 's.id',
  },
  {
    kind: 'conversation_resolved',
    right: 'conversations:read',
    from: 'conversations s',
    at: 's.resolved_at',
    tie: 's.id',
    id: entryOf('s.id', 'conversation_resolved', 's.resolved_at'),
    where: 's.resolved_at is not null',
    channel: 's.channel',
    subject: 's.id',
  },
  ofReopenings('conversation_resolved', 'resolved_at'),
  ofReopenings('conversation_reopened', 'reopened_at'),
  {
    kind: 'handed_off',
    right: 'conversations:read',
    from: 'handoffs s',
    at: 's.handed_at',
    tie: 's.id',
    subject: 's.id',
    parent: 's.conversation_id',
  },
  {
    kind: 'routed',
    right: 'routing:read',
    from: 'routing_decisions s',
    at: 's.decided_at',
    tie: 's.id',
    subject: 's.id',
    parent: 's.conversation_id',
  },
  {
    kind: 'order_placed',
    right: 'orders:read',
    from: 'orders s',
    at: 's.placed_at',
    tie: 's.id',
    subject: 's.id',
    parent: 's.id',
  },
  ofOrderSteps('order_status_changed'),
  ofOrderSteps('tracking'),
  ofOrderSteps('return_step'),
  ofActivities('behaviour', 'not in'),
  ofActivities('content', 'in'),
  {
    kind: 'identity_added',
    right: 'customers:read',
    dataClass: 'contact',
    from: 'identities s',
    at: 's.first_seen_at',
    tie: 's.id',
    subject: 's.id',
    details: `jsonb_build_object('id', s.id, 'kind', s.kind, 'value', s.value, 'normalized', s.normalized, 'verified', s.verified, 'confidence', s.confidence,
        'source', s.source, 'firstSeenAt', s.first_seen_at, 'lastSeenAt', s.last_seen_at)`,
  },
  {
    kind: 'trait_changed',
    right: 'customers:read',
    dataClass: 'traits',
    from: 'customer_traits s',
    at: 's.valid_from',
    tie: 's.key',
    id: `s.customer_id || ':' || s.key || '@' || floor(extract(epoch from s.valid_from) * 1000)::bigint`,
    subject: 's.key',
    details: `jsonb_build_object('key', s.key, 'kind', s.kind, 'value', s.value, 'source', s.source, 'validFrom', s.valid_from,
        'recordedAt', s.recorded_at)`,
  },
];

/** What shapes the statement of a page. What is the same for all pages of a shape is a parameter. */
export interface PageShape {
  readonly sources: readonly Source[];
  readonly isAfter: boolean;
  readonly isSince: boolean;
  readonly isUntil: boolean;
  readonly isOnChannels: boolean;
  /** Only what belongs to one's own person. */
  readonly isOwn: boolean;
}

/** Parameters by their place in the statement. Those that a shape does without stand in no statement of it. */
export type PageParameter = 'persons' | 'limit' | 'at' | 'id' | 'since' | 'until' | 'channels' | 'own';

/** The statement of a page and the parameters that it takes, in order. */
export interface PageStatement {
  readonly text: string;
  readonly parameters: readonly PageParameter[];
}

export function pageStatement(shape: PageShape): PageStatement {
  const parameters: PageParameter[] = [];
  const given = (name: PageParameter, type: string): string => {
    if (!parameters.includes(name)) parameters.push(name);
    return `$${parameters.indexOf(name) + 1}::${type}`;
  };
  const own = () => given('own', 'text');
  const person = () => `coalesce((select l.person_id from person_links l where l.member_id = ${own()}), ${own()})`;
  const isWithinReach = () =>
    shape.isOwn
      ? `asked.id in (select ${person()} union all select l.member_id from person_links l where l.person_id = ${person()})`
      : 'true';
  const text = `
    select asked.id as person_id, e.*
    from unnest(${given('persons', 'text[]')}) as asked(id)
    cross join lateral (
      select e.* from (
        select asked.id union all select l.member_id from person_links l where l.person_id = asked.id
      ) as member(id)
      cross join lateral (${shape.sources.map((source) => entriesOf(source, shape, given)).join(' union all ')}) e
      order by e.occurred_at desc, e.id collate "C" desc
      limit ${given('limit', 'int')}
    ) e
    where ${isWithinReach()}
    order by e.occurred_at desc, e.id collate "C" desc`;
  return { text, parameters };
}

/**
 * The newest entries of one source under `member.id` that stand behind the cursor: read from the end of an index, as many as a page
 * needs and no more.
 */
function entriesOf(source: Source, shape: PageShape, given: (name: PageParameter, type: string) => string): string {
  const { at, tie, id = tie, channel = 'null' } = source;
  const conditions = ['s.customer_id = member.id'];
  if (source.where) conditions.push(source.where);
  if (source.dataClass && !shape.isOwn) conditions.push(consentAllows(source.dataClass, 'asked.id'));
  if (shape.isAfter) {
    const [moment, last] = [given('at', 'timestamptz'), given('id', 'text')];
    // The first condition is for the index, the second parts equal moments.
    if (source.id) conditions.push(`${at} <= ${moment}`);
    conditions.push(`(${at}, ${id}) < (${moment}, ${last})`);
  }
  if (shape.isOnChannels) {
    const channels = given('channels', 'text[]');
    conditions.push(source.onChannels?.(channels) ?? `${channel} = any(${channels})`);
  }
  if (shape.isSince) conditions.push(`${at} >= ${given('since', 'timestamptz')}`);
  if (shape.isUntil) conditions.push(`${at} < ${given('until', 'timestamptz')}`);
  return `(
    select '${source.kind}'::text as kind, ${id} as id, ${at} as occurred_at, ${channel}::text as channel,
      ${source.subject} as subject_id, ${source.parent ?? 'null'}::text as parent_id, ${source.details ?? 'null'}::jsonb as details
    from ${source.from}
    where ${conditions.join(' and ')}
    order by ${at} desc, ${id} desc
    limit ${given('limit', 'int')}
  )`;
}
