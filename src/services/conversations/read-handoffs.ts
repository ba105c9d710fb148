import type { ConversationId, CustomerId, HandoffId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { PartyKind } from '../../values/vocabulary.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';

/** Who gave a conversation to whom, with what the next one has to know. */
export interface Handoff {
  readonly id: HandoffId;
  readonly conversationId: ConversationId;
  /** Whose conversation it is. */
  readonly customerId: CustomerId;
  /** Who held control before; both null: nobody. */
  readonly fromKind: PartyKind | null;
  readonly fromId: string | null;
  readonly toKind: PartyKind;
  readonly toId: string;
  readonly summary: string;
  readonly handedAt: Date;
  readonly byKind: PartyKind;
  readonly byId: string;
}

const handoffColumns = (sql: Scope['db']['sql']) => sql`
  h.id, h.conversation_id, c.customer_id, h.from_kind, h.from_id, h.to_kind, h.to_id, h.summary, h.handed_at, h.by_kind, h.by_id`;

/** A page of each conversation's handoffs, the newest first: one statement for all of them. */
export async function handoffsOfConversations(
  scope: Scope,
  ids: readonly ConversationId[],
  request: PageRequest,
): Promise<Page<Handoff>[]> {
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<Handoff[]>`
    select h.*
    from unnest(${ids as string[]}::text[]) as asked(id)
    join conversations c on c.id = asked.id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    cross join lateral (
      select ${handoffColumns(sql)} from handoffs h
      where h.conversation_id = asked.id ${after ? sql`and (h.handed_at, h.id) < (${after.at}, ${after.id})` : sql``}
      order by h.handed_at desc, h.id desc
      limit ${request.first + 1}
    ) h
    order by h.handed_at desc, h.id desc`;
  const byConversation = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return ids.map((id) =>
    pageOf(byConversation.get(id) ?? [], request, (handoff) => ({ at: handoff.handedAt, id: handoff.id })),
  );
}

/** Handoffs in the order asked; null: absent or not visible. */
export async function handoffsByIds(scope: Scope, ids: readonly string[]): Promise<(Handoff | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<Handoff[]>`
    select ${handoffColumns(sql)} from handoffs h join conversations c on c.id = h.conversation_id
    where h.id = any (${ids as string[]}) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
