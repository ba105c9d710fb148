import type { HoldState } from '../../values/holds.ts';
import type { ConversationId, HoldId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { Scope } from '../scope.ts';
import { type Hold, holdColumns, holdState, holdsWithinReach } from './hold.ts';

/** Holds of one conversation that are shown, the newest ones. */
export const MOST_HOLDS = 50;

/** Holds by id, in no order; those that do not exist or are out of the viewer's reach are left out alike. */
export async function readHolds(scope: Scope, ids: readonly HoldId[]): Promise<Hold[]> {
  const { sql } = scope.db;
  return sql<Hold[]>`
    select ${holdColumns(sql)} from holds h
    where h.id = any(${ids as string[]}) and ${holdsWithinReach(scope)}`;
}

/** What was held at a location, the newest first. */
export async function listHolds(
  scope: Scope,
  { locationId, state }: { readonly locationId: string; readonly state: HoldState | null },
  page: PageRequest,
): Promise<Page<Hold>> {
  const { sql } = scope.db;
  const { after } = page;
  const rows = await sql<Hold[]>`
    select ${holdColumns(sql)} from holds h
    where h.location_id = ${locationId} and ${holdsWithinReach(scope)}
      and ${state ? sql`${holdState(sql)} = ${state}` : sql`true`}
      and ${after ? sql`(h.made_at, h.id) < (${after.at}, ${after.id})` : sql`true`}
    order by h.made_at desc, h.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (hold) => ({ at: hold.madeAt, id: hold.id }));
}

/** What was held in each conversation, the newest first. */
export async function holdsOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<Hold[]> {
  const { sql } = scope.db;
  return sql<Hold[]>`
    select h.* from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${holdColumns(sql)} from holds h
      where h.conversation_id = asked.id and ${holdsWithinReach(scope)}
      order by h.made_at desc, h.id desc limit ${MOST_HOLDS}
    ) h
    order by h.made_at desc, h.id desc`;
}
