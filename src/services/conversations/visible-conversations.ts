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
  const { viewer, db } = scope;
  if (!viewer.customerId) return [];
  // Where it is told what happened to a person is no secret, and what of it is for the viewer is asked again for each event.
  const rows = await db.sql<{ id: string }[]>`select m.id from ${membersOf(db.sql, viewer.customerId)} as m(id)`;
  return rows.map(({ id }) => stream.customer(id));
}
