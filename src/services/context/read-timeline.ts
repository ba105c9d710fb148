import { AccessDenied } from '../../values/access-denied.ts';
import type { CustomerId } from '../../values/ids.ts';
import { pageOf, type Page } from '../../values/page.ts';
import type { TimelineKind } from '../../values/timeline.ts';
import { reachOf } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { entriesOf, SOURCES, type TimelineRequest } from './timeline-sources.ts';

/** One thing that happened with a person. What it is about is named by id; what the table alone knows stands in `details`. */
export interface TimelineEntry {
  readonly kind: TimelineKind;
  /** Unique within the timeline. */
  readonly id: string;
  readonly occurredAt: Date;
  readonly channel: string | null;
  readonly subjectId: string;
  /** The conversation of a message, the order of a scan. Null: the subject stands alone. */
  readonly parentId: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/**
 * A page of each person's timeline over all members, newest first: one statement, merged from the ends of one index a source.
 * A viewer who lacks a source's right has no such entries; who asks for them by kind is denied.
 */
export async function timelinesOfPersons(
  scope: Scope,
  personIds: readonly CustomerId[],
  request: TimelineRequest,
): Promise<Page<TimelineEntry>[]> {
  // Planning this costs more than reading a page. Other filters have too many shapes to keep a plan for each.
  const sql = request.kinds === null && request.channels === null ? scope.db.hot : scope.db.sql;
  const reach = withinReach(scope, 'customers:read', 'asked.id');
  const sources = sourcesFor(scope, request);
  const keysetOf = (entry: TimelineEntry) => ({ at: entry.occurredAt, id: entry.id });
  if (sources.length === 0) return personIds.map(() => pageOf<TimelineEntry>([], request, keysetOf));
  const parts = sources.map((source) => entriesOf(sql, source, request));
  const rows = await sql<(TimelineEntry & { personId: CustomerId })[]>`
    select asked.id as person_id, e.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select e.* from (
        select asked.id union all select l.member_id from person_links l where l.person_id = asked.id
      ) as member(id)
      cross join lateral (${parts.reduce((all, part) => sql`${all} union all ${part}`)}) e
      order by e.occurred_at desc, e.id collate "C" desc
      limit ${request.first + 1}
    ) e
    where ${reach}
    order by e.occurred_at desc, e.id collate "C" desc`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) => pageOf<TimelineEntry>(byPerson.get(id) ?? [], request, keysetOf));
}

function sourcesFor({ viewer }: Scope, { kinds, channels }: TimelineRequest) {
  const wanted = SOURCES.filter((source) => kinds === null || kinds.includes(source.kind));
  for (const { right } of wanted) if (kinds !== null && reachOf(viewer, right) === null) throw new AccessDenied(right);
  return wanted.filter(
    ({ right, channel }) => reachOf(viewer, right) !== null && (channels === null || channel !== undefined),
  );
}
