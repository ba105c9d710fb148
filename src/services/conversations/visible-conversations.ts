import { membersOf, withinReach } from '../customers/person-of.ts';
import { stream } from '../events/fact.ts';
import type { Scope } from '../scope.ts';

/** True when the conversation exists and the viewer may read it. */
export async function isVisibleConversation(scope: Scope, conversationId: string): Promise<boolean> {
  const rows = await scope.db.sql`
    select 1 from conversations c where c.id = ${conversationId} and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  return rows.length > 0;
}

/** Streams of the viewer's own person, all members; none when the viewer is no customer. */
export async function watchedPersonStreams(scope: Scope): Promise<string[]> {
  const { customerId } = scope.viewer;
  if (!customerId) return [];
  const rows = await scope.db.sql<{ id: string }[]>`select m.id from ${membersOf(scope.db.sql, customerId)} as m(id)`;
  return rows.map(({ id }) => stream.customer(id));
}
