import type { ConversationId } from '../../../values/ids.ts';
import { servesViewer } from '../../access/purposes.ts';
import { requireRight } from '../../access/role-rights.ts';
import { withinReach } from '../../customers/person-of.ts';
import type { Scope } from '../../scope.ts';
import { NAMES_OF_TRAITS } from '../signals/enrichers.ts';
import type { Reception } from './reception.ts';

/** The newest of each of these conversations. Conclusions about the person are for who may look at traits. */
export async function receptionsOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<Reception[]> {
  requireRight(scope.viewer, 'routing:read');
  const { sql } = scope.db;
  const seesTraits = servesViewer(scope.viewer, 'traits');
  const rows = await sql<Reception[]>`
    select r.conversation_id, r.receiver as by, r.rule, r.policy_version, r.decided_at, r.signals
    from conversations c cross join lateral (
      select * from receptions where conversation_id = c.id order by decided_at desc limit 1
    ) r
    where c.id = any (${ids as string[]}::text[]) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  return rows.map((row) => ({
    ...row,
    signals: row.signals.filter(({ name }) => seesTraits || !NAMES_OF_TRAITS.has(name)),
  }));
}
