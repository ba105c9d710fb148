import type { ConversationId } from '../../../values/ids.ts';
import { requireRight } from '../../access/role-rights.ts';
import { withinReach } from '../../customers/person-of.ts';
import type { Scope } from '../../scope.ts';
import { participantColumns, type Participant } from './participant.ts';

/** Who takes part in these conversations, or was asked to, the first first. */
export async function participantsOfConversations(
  scope: Scope,
  ids: readonly ConversationId[],
): Promise<Participant[]> {
  requireRight(scope.viewer, 'notes:read');
  const { sql } = scope.db;
  return sql`
    select ${participantColumns(sql)}
    from conversation_participants p join conversations c on c.id = p.conversation_id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    where p.conversation_id = any (${ids as string[]}::text[]) and p.state in ('asked', 'joined')
    order by p.asked_at, p.id`;
}

/** Participants in the order asked, those who left too; null: absent or not visible. */
export async function participantsByIds(scope: Scope, ids: readonly string[]): Promise<(Participant | null)[]> {
  requireRight(scope.viewer, 'notes:read');
  const { sql } = scope.db;
  const rows = await sql<Participant[]>`
    select ${participantColumns(sql)}
    from conversation_participants p join conversations c on c.id = p.conversation_id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    where p.id = any (${ids as string[]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
