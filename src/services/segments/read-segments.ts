import type { CustomerId, SegmentId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import { customerColumns, type Customer } from '../customers/customer.ts';
import { withinReach } from '../customers/person-of.ts';
import { isOpenTo } from '../privacy/open-to.ts';
import type { Scope } from '../scope.ts';
import { segmentColumns, type Segment } from './segment.ts';

/** Segments, the newest first. */
export async function listSegments(scope: Scope, request: PageRequest): Promise<Page<Segment>> {
  requireRight(scope.viewer, 'segments:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<Segment[]>`
    select ${segmentColumns(sql)} from segments s
    where not s.is_deleted ${after ? sql`and (s.created_at, s.id) < (${after.at}, ${after.id})` : sql``}
    order by s.created_at desc, s.id desc limit ${request.first + 1}`;
  return pageOf(rows, request, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** One of them, or null. */
export async function segmentById(scope: Scope, id: string): Promise<Segment | null> {
  requireRight(scope.viewer, 'segments:read');
  const { sql } = scope.db;
  const [row] = await sql<Segment[]>`
    select ${segmentColumns(sql)} from segments s where s.id = ${id} and not s.is_deleted`;
  return row ?? null;
}

/** Somebody who belongs to a segment. */
export type Member = Customer & { readonly enteredAt: Date };

/** Who belongs to segments, who entered last first. Whom a merge has joined with another one a moment ago is left out, and who refused a moment ago. */
export async function membersOfSegments(
  scope: Scope,
  segmentIds: readonly SegmentId[],
  request: PageRequest,
): Promise<Page<Member>[]> {
  requireRight(scope.viewer, 'segments:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<(Member & { segmentId: SegmentId })[]>`
    select asked.id as segment_id, m.entered_at, ${customerColumns(sql)}
    from unnest(${segmentIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select m.customer_id, m.entered_at from segment_members m
      where m.segment_id = asked.id and ${withinReach(scope, 'customers:read', 'm.customer_id')}
        and ${isOpenTo(scope, 'traits', 'm.customer_id')}
        and not exists (select 1 from person_links l where l.member_id = m.customer_id)
        ${after ? sql`and (m.entered_at, m.customer_id) < (${after.at}, ${after.id})` : sql``}
      order by m.entered_at desc, m.customer_id desc limit ${request.first + 1}
    ) m
    join customers c on c.id = m.customer_id
    order by m.entered_at desc, m.customer_id desc`;
  const bySegment = Map.groupBy(rows, ({ segmentId }) => segmentId);
  return segmentIds.map((segmentId) =>
    pageOf<Member>(bySegment.get(segmentId) ?? [], request, ({ enteredAt, id }) => ({ at: enteredAt, id })),
  );
}

/** A segment that a person belongs to. */
export interface SegmentOfPerson {
  readonly segment: Segment;
  readonly enteredAt: Date;
}

/** The segments of persons, by name. */
export async function segmentsOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<SegmentOfPerson[][]> {
  requireRight(scope.viewer, 'segments:read');
  const { sql } = scope.db;
  const rows = await sql<(Segment & { personId: CustomerId; enteredAt: Date })[]>`
    select m.customer_id as person_id, m.entered_at, ${segmentColumns(sql)}
    from segment_members m join segments s on s.id = m.segment_id and not s.is_deleted
    where m.customer_id = any (${personIds as string[]}::text[]) and ${withinReach(scope, 'customers:read', 'm.customer_id')}
    order by lower(s.name), s.id`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) =>
    (byPerson.get(id) ?? []).map(({ personId: _, enteredAt, ...segment }) => ({ segment, enteredAt })),
  );
}
