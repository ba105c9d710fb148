import type { ConversationId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { Visibility } from '../../values/vocabulary.ts';
import { reachOf, requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { messageColumns, type Message } from './conversation.ts';

/**
 * A page of each conversation's public messages (or of its internal notes, which ask for a right of their own), the newest first:
 * one statement for all of them.
 */
export async function messagesOfConversations(
  scope: Scope,
  ids: readonly ConversationId[],
  request: PageRequest & { readonly visibility: Visibility },
): Promise<Page<Message>[]> {
  const { sql } = scope.db;
  const { after, visibility } = request;
  if (visibility === 'internal') requireRight(scope.viewer, 'notes:read');
  const rows = await sql<Message[]>`
    select m.*
    from unnest(${ids as string[]}::text[]) as asked(id)
    join conversations c on c.id = asked.id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    cross join lateral (
      select ${messageColumns(sql)} from messages m
      where m.conversation_id = asked.id and m.visibility = ${visibility}
        ${after ? sql`and (m.occurred_at, m.id) < (${after.at}, ${after.id})` : sql``}
      order by m.occurred_at desc, m.id desc
      limit ${request.first + 1}
    ) m
    order by m.occurred_at desc, m.id desc`;
  const byConversation = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return ids.map((id) =>
    pageOf(byConversation.get(id) ?? [], request, (message) => ({ at: message.occurredAt, id: message.id })),
  );
}

/** All that came with messages whose text is a part of it, in the order asked; null: the text is all, or it is not visible. */
export async function fullTextsOfMessages(scope: Scope, ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await scope.db.sql<{ id: string; fullText: string | null }[]>`
    select m.id, m.full_text from messages m join conversations c on c.id = m.conversation_id
    where m.id = any (${ids as string[]}::text[]) and m.visibility = 'public'
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const byId = new Map(rows.map(({ id, fullText }) => [id, fullText]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Messages and notes in the order asked; null: absent or not visible. */
export async function messagesByIds(scope: Scope, ids: readonly string[]): Promise<(Message | null)[]> {
  const { sql } = scope.db;
  const seesNotes = reachOf(scope.viewer, 'notes:read') !== null;
  const rows = await sql<Message[]>`
    select ${messageColumns(sql)} from messages m join conversations c on c.id = m.conversation_id
    where m.id = any (${ids as string[]}::text[])
      and (m.visibility = 'public' or ${seesNotes})
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
