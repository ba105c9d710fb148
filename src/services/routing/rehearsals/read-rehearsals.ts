import type { RoutingRehearsalId } from '../../../values/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../values/page.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Scope } from '../../scope.ts';
import { type Rehearsal, rehearsalColumns, type RehearsedContact } from './rehearsal.ts';

/** Rehearsals in the order asked; null: absent. */
export async function rehearsalsByIds(scope: Scope, ids: readonly string[]): Promise<(Rehearsal | null)[]> {
  requireRight(scope.viewer, 'policies:read');
  const { sql } = scope.db;
  const rows = await sql<Rehearsal[]>`
    select ${rehearsalColumns(sql)} from routing_rehearsals r where r.id = any (${ids as string[]}::text[])`;
  const byId = new Map<string, Rehearsal>(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Rehearsals, the newest first. */
export async function listRehearsals(scope: Scope, request: PageRequest): Promise<Page<Rehearsal>> {
  requireRight(scope.viewer, 'policies:read');
  const { sql } = scope.db;
  const { after, first } = request;
  const rows = await sql<Rehearsal[]>`
    select ${rehearsalColumns(sql)} from routing_rehearsals r
    where ${after ? sql`(r.made_at, r.id) < (${after.at}, ${after.id})` : sql`true`}
    order by r.made_at desc, r.id desc limit ${first + 1}`;
  return pageOf(rows, request, ({ madeAt, id }) => ({ at: madeAt, id }));
}

/** A page of the contacts that went differently in each rehearsal, in the order in which they came: one statement for all of them. */
export async function differencesOfRehearsals(
  scope: Scope,
  ids: readonly RoutingRehearsalId[],
  request: PageRequest,
): Promise<Page<RehearsedContact>[]> {
  requireRight(scope.viewer, 'policies:read');
  const { sql } = scope.db;
  const { after, first } = request;
  const rows = await sql<RehearsedContact[]>`
    select d.* from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select c.rehearsal_id, c.number, c.contact, c.active, c.rehearsed from routing_rehearsed_contacts c
      where c.rehearsal_id = asked.id and c.is_different and c.number > ${after ? numberIn(after.id) : 0}
      order by c.number limit ${first + 1}
    ) d
    order by d.number`;
  const byRehearsal = Map.groupBy(rows, ({ rehearsalId }) => rehearsalId);
  return ids.map((id) =>
    pageOf(byRehearsal.get(id) ?? [], request, ({ number }) => ({ at: new Date(0), id: String(number) })),
  );
}

/** A cursor that somebody made up is behind everything. */
const numberIn = (id: string) => (/^\d{1,9}$/.test(id) ? Number(id) : 2_147_483_647);
