import type { Sql } from '../../database/open-database.ts';
import { AnswerTooLarge } from '../../values/answer-too-large.ts';
import type { ConversationId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { Visibility } from '../../values/vocabulary.ts';
import { reachOf, requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { messageColumns, type Message } from './conversation.ts';

/** Texts that one statement reads, in bytes together. A page of 100 of the longest texts in Latin letters is below it. */
const MOST_TEXT_BYTES = 16_777_216;

/** A text of messages, or null for each of them when together they are too long: the database knows how long they are without reading them. */
const boundedText = (sql: Sql, column: 'text' | 'full_text') => {
  const text = sql`m.${sql(column)}`;
  return sql`case when sum(octet_length(${text})) over () <= ${MOST_TEXT_BYTES} then ${text} end as ${sql(column)}`;
};

/** Throws AnswerTooLarge when the texts were too long together. */
function refuseCutTexts(rows: readonly { readonly text: string | null }[]): void {
  if (rows.some(({ text }) => text === null)) throw new AnswerTooLarge();
}

/** Of a conversation that a merge brought together with others: what nobody has named reads what they wrote and were written to. */
const ownWords = ({ viewer, db: { sql } }: Scope) =>
  viewer.isAnonymous ? sql`m.customer_id = ${viewer.customerId}` : sql`true`;

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
    select ${messageColumns(sql, boundedText(sql, 'text'))}
    from unnest(${ids as string[]}::text[]) as asked(id)
    join conversations c on c.id = asked.id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    cross join lateral (
      select ${messageColumns(sql)} from messages m
      where m.conversation_id = asked.id and m.visibility = ${visibility} and ${ownWords(scope)}
        ${after ? sql`and (m.occurred_at, m.id) < (${after.at}, ${after.id})` : sql``}
      order by m.occurred_at desc, m.id desc
      limit ${request.first + 1}
    ) m
    order by m.occurred_at desc, m.id desc`;
  refuseCutTexts(rows);
  const byConversation = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return ids.map((id) =>
    pageOf(byConversation.get(id) ?? [], request, (message) => ({ at: message.occurredAt, id: message.id })),
  );
}

/** All that came with messages whose text is a part of it, in the order asked; null: the text is all, or it is not visible. */
export async function fullTextsOfMessages(scope: Scope, ids: readonly string[]): Promise<(string | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<{ id: string; fullText: string | null; isThere: boolean }[]>`
    select m.id, ${boundedText(sql, 'full_text')}, m.full_text is not null as is_there from messages m join conversations c on c.id = m.conversation_id
    where m.id = any (${ids as string[]}::text[]) and m.visibility = 'public'
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')} and ${ownWords(scope)}`;
  if (rows.some(({ fullText, isThere }) => isThere && fullText === null)) throw new AnswerTooLarge();
  const byId = new Map(rows.map(({ id, fullText }) => [id, fullText]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Messages and notes in the order asked; null: absent or not visible. */
export async function messagesByIds(scope: Scope, ids: readonly string[]): Promise<(Message | null)[]> {
  const { sql } = scope.db;
  const seesNotes = reachOf(scope.viewer, 'notes:read') !== null;
  const rows = await sql<Message[]>`
    select ${messageColumns(sql, boundedText(sql, 'text'))} from messages m join conversations c on c.id = m.conversation_id
    where m.id = any (${ids as string[]}::text[])
      and (m.visibility = 'public' or ${seesNotes})
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')} and ${ownWords(scope)}`;
  refuseCutTexts(rows);
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
