import type { Sql } from '../../database/open-database.ts';
import type { AuditAct } from '../../values/audit.ts';
import type { Purpose } from '../../values/consents.ts';
import { kindOfId } from '../../values/ids.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import { pageOf, type Keyset, type Page, type PageRequest } from '../../values/page.ts';
import type { DataClass } from '../../values/personal-classes.ts';
import type { Role } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { membersOf } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';

/** Who was shown something. */
export interface AuditViewer {
  /** Null: whoever asks reads of itself, and it was somebody else. */
  readonly principal: string | null;
  readonly role: Role;
  /** The agent, partner or customer whom it speaks for. Null: nobody, or not told as above. */
  readonly speaksFor: string | null;
}

/** Customers who were shown, to whom, when and what for. */
export interface AuditEntry {
  /** The process and the number of the row in it. */
  readonly id: string;
  readonly at: Date;
  readonly act: AuditAct;
  readonly purposes: readonly Purpose[];
  readonly dataClasses: readonly DataClass[];
  readonly customerIds: readonly string[];
  readonly versions: readonly (number | null)[] | null;
  readonly viewers: readonly AuditViewer[];
  readonly repeats: number;
  readonly wasShown: boolean;
}

export interface AuditFilter {
  /** A principal, or the agent, partner or customer whom it speaks for. */
  readonly viewer: string | null;
  readonly customerId: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

/** Viewers of one payload that are told, in the order of their principals. */
export const MOST_AUDIT_VIEWERS = 100;

/**
 * Who was shown whose data, newest first: all of it, or what was shown of the viewer's own person; then others in a row are left out, and who
 * looked is told by role and purposes.
 */
export async function listAuditEntries(
  scope: Scope,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntry>> {
  const { sql } = scope.db;
  const isOwn = requireRight(scope.viewer, 'audit:read') === 'own';
  const own = isOwn ? await membersIn(sql, scope.viewer.customerId) : null;
  const asked = filter.customerId === null ? null : await membersIn(sql, filter.customerId);
  // Whoever reads what is theirs learns of others neither that they stand in the same row nor that they looked.
  const isForeign = (id: string | null) => id !== null && own !== null && !own.includes(id);
  const limits = [
    isForeign(filter.viewer) || isForeign(filter.customerId) ? sql`false` : sql`e.act <> 'repeated'`,
    ...(own ? [sql`e.subjects && ${own}::text[]`] : []),
    ...(asked ? [sql`e.subjects && ${asked}::text[]`] : []),
    ...(filter.since ? [sql`e.at >= ${filter.since}`] : []),
    ...(filter.until ? [sql`e.at < ${filter.until}`] : []),
    ...(page.after ? [isBehind(sql, page.after)] : []),
  ].reduce((all, one) => sql`${all} and ${one}`);
  const newest = sql`order by e.at desc, e.process desc, e.number desc limit ${page.first + 1}`;
  const rows = await sql<AuditEntry[]>`
    select e.process || ':' || e.number as id, e.at, e.act, e.purposes, e.data_classes, e.subjects as customer_ids, to_json(e.versions) as versions,
      case when e.act = 'shown' then ${viewersOf(sql)}
        else json_build_array(json_build_object('principal', e.viewer, 'role', e.role, 'speaksFor', e.speaks_for)) end as viewers,
      greatest(again.times, 0)::int as repeats, again.times >= 0 as was_shown
    from ${filter.viewer === null ? sql`audit_entries e` : sql`(${byViewer(sql, filter.viewer, { limits, newest })}) e`},
      lateral (
        select coalesce(sum(r.repeats), 0) as times from audit_entries r where r.process = e.process and r.repeat_of = e.number
      ) again
    where ${limits} ${newest}`;
  const entries = own ? rows.map((row) => asOwn(row, own)) : rows;
  return pageOf(entries, page, ({ at, id }) => ({ at, id }));
}

type Fragment = ReturnType<typeof timesOpen>;

async function membersIn(sql: Sql, customerId: string | null): Promise<string[]> {
  if (customerId === null) return [];
  const rows = await sql<{ id: string }[]>`select m.id from ${membersOf(sql, customerId)} as m(id)`;
  return rows.map(({ id }) => id);
}

/** Rows `e` that come after the one with which a page ended. */
function isBehind(sql: Sql, { at, id }: Keyset): Fragment {
  const [process, number] = [id.slice(0, id.lastIndexOf(':')), Number(id.slice(id.lastIndexOf(':') + 1))];
  if (!Number.isSafeInteger(number)) throw new InvalidRequest('after', '`after` is not a cursor of this list.');
  return sql`(e.at, e.process, e.number) < (${at}, ${process}, ${number})`;
}

/** How often who has a stream open, by what was written before a row: more than once is a page in two windows. */
const timesOpen = (sql: Sql) => sql`sum(case o.act when 'opened' then 1 else -1 end)`;

/** Of a row `e` that says what a stream showed: who had it open then. */
const viewersOf = (sql: Sql) => sql`(
  select coalesce(json_agg(json_build_object('principal', v.viewer, 'role', v.role, 'speaksFor', v.speaks_for) order by v.viewer), '[]') from (
    select o.viewer, o.role, o.speaks_for from audit_entries o
    where o.process = e.process and o.stream = e.stream and o.act in ('opened', 'closed') and o.number < e.number
    group by o.viewer, o.role, o.speaks_for having ${timesOpen(sql)} > 0
    order by o.viewer limit ${MOST_AUDIT_VIEWERS}
  ) v)`;

/** The newest rows that name a viewer, and the newest of what streams showed while it had them open. */
function byViewer(sql: Sql, viewer: string, { limits, newest }: { limits: Fragment; newest: Fragment }): Fragment {
  const kind = kindOfId(viewer);
  const speaksFor = kind === 'agent' || kind === 'partner' || kind === 'customer';
  const is = (alias: string) => sql`${sql(`${alias}.${speaksFor ? 'speaks_for' : 'viewer'}`)} = ${viewer}`;
  return sql`
    (select e.* from audit_entries e where ${is('e')} and ${limits} ${newest})
    union all
    (select e.* from (
        select distinct o.process, o.stream from audit_entries o where ${is('o')} and o.act = 'opened'
      ) s join audit_entries e on e.process = s.process and e.stream = s.stream and e.act = 'shown'
      where ${limits} and exists (
        select from audit_entries o
        where ${is('o')} and o.process = e.process and o.stream = e.stream and o.act in ('opened', 'closed') and o.number < e.number
        having ${timesOpen(sql)} > 0)
      ${newest})`;
}

/** What a person is told of a row: of others in it nothing, and of who looked no name. */
function asOwn(row: AuditEntry, own: readonly string[]): AuditEntry {
  const places = row.customerIds.flatMap((id, index) => (own.includes(id) ? [index] : []));
  return {
    ...row,
    customerIds: places.map((index) => row.customerIds[index]!),
    versions: row.versions && places.map((index) => row.versions![index]!),
    viewers: row.viewers.map((viewer) =>
      viewer.speaksFor !== null && own.includes(viewer.speaksFor)
        ? viewer
        : { ...viewer, principal: null, speaksFor: null },
    ),
  };
}
