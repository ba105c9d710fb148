import type { CustomerId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { conversationColumns, type Conversation } from './conversation.ts';

/** The unresolved conversation of each person in which something was said last. Null: nothing is open. */
export async function openIssuesOfPersons(
  scope: Scope,
  personIds: readonly CustomerId[],
): Promise<(Conversation | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<(Conversation & { personId: CustomerId })[]>`
    select asked.id as person_id, c.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${conversationColumns(sql)}
      from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
      join conversations c on c.customer_id = member.id and c.status <> 'resolved' and c.merged_into_id is null
      where ${withinReach(scope, 'conversations:read', 'c.customer_id')}
      order by c.last_message_at desc, c.id desc limit 1
    ) c`;
  const byPerson = new Map(rows.map(({ personId, ...conversation }) => [personId, conversation]));
  return personIds.map((id) => byPerson.get(id) ?? null);
}
