import type { ConversationId, HoldId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { type Hold, holdColumns } from './hold.ts';

/** Holds of one conversation that are shown, the newest ones. */
export const MOST_HOLDS = 50;

/** Holds by id, in no order; those that do not exist or are out of the viewer's reach are left out alike. */
export async function readHolds(scope: Scope, ids: readonly HoldId[]): Promise<Hold[]> {
  const { sql } = scope.db;
  return sql<Hold[]>`
    select ${holdColumns(sql)} from holds h
    where h.id = any(${ids as string[]}) and ${withinReach(scope, 'customers:read', 'h.customer_id')}`;
}

/** What was held in each conversation, the newest first. */
export async function holdsOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<Hold[]> {
  const { sql } = scope.db;
  return sql<Hold[]>`
    select h.* from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${holdColumns(sql)} from holds h
      where h.conversation_id = asked.id and ${withinReach(scope, 'customers:read', 'h.customer_id')}
      order by h.made_at desc, h.id desc limit ${MOST_HOLDS}
    ) h
    order by h.made_at desc, h.id desc`;
}
