import type { AgentId, ConversationId, CustomerId, InboxId } from '../../values/ids.ts';
import { pageOf, type Keyset, type Page, type PageRequest } from '../../values/page.ts';
import { normalizeTag } from '../../values/tags.ts';
import type { Channel, ConversationStatus, IssueType, Priority } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { conversationColumns, type Conversation, type Leg } from './conversation.ts';

/** Which conversations a list is about. What is left out does not matter. */
export interface ConversationFilter {
  readonly status?: ConversationStatus | null;
  readonly inboxId?: InboxId | null;
  readonly channel?: Channel | null;
  readonly assigneeId?: AgentId | null;
  /** Agent, team, store, or principal of a bot. */
  readonly heldById?: string | null;
  readonly priority?: Priority | null;
  readonly issueType?: IssueType | null;
  readonly tag?: string | null;
}

const keysetOf = (conversation: Conversation): Keyset => ({ at: conversation.lastMessageAt, id: conversation.id });

/** Conversations in the order asked; null: absent or not visible. */
export async function conversationsByIds(scope: Scope, ids: readonly string[]): Promise<(Conversation | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<Conversation[]>`
    select ${conversationColumns(sql)} from conversations c
    where c.id = any (${ids as string[]}::text[]) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Conversations, the one with the newest message first; without those that were merged into another one. */
export async function listConversations(
  scope: Scope,
  filter: ConversationFilter,
  request: PageRequest,
): Promise<Page<Conversation>> {
  const { viewer } = scope;
  // Whoever may not read a field learns it by no filter either.
  if (filter.priority || filter.issueType || filter.tag) requireRight(viewer, 'triage:read');
  if (filter.assigneeId || filter.heldById) requireRight(viewer, 'agents:read');
  const { sql } = scope.db;
  const { after } = request;
  // One text per set of filters, so that each is planned for its own index; what a partial index asks for is said in so many words.
  const rows = await sql<Conversation[]>`
    select ${conversationColumns(sql)} from conversations c
    where ${withinReach(scope, 'conversations:read', 'c.customer_id')}
      ${filter.status ? sql`and c.status = ${filter.status}` : sql``}
      ${filter.status && filter.status !== 'resolved' ? sql`and c.status <> 'resolved'` : sql`and c.merged_into_id is null`}
      ${filter.inboxId ? sql`and c.inbox_id = ${filter.inboxId}` : sql``}
      ${filter.channel ? sql`and c.channel = ${filter.channel}` : sql``}
      ${filter.assigneeId ? sql`and c.assignee_id = ${filter.assigneeId}` : sql``}
      ${filter.heldById ? sql`and c.control_id = ${filter.heldById}` : sql``}
      ${filter.priority ? sql`and c.priority = ${filter.priority}` : sql``}
      ${filter.priority && filter.priority !== 'normal' ? sql`and c.priority <> 'normal'` : sql``}
      ${filter.issueType ? sql`and c.issue_type = ${filter.issueType}` : sql``}
      ${filter.tag ? sql`and c.tags @> array[${normalizeTag(filter.tag)}]::text[] and c.tags <> '{}'` : sql``}
      ${after ? sql`and (c.last_message_at, c.id) < (${after.at}, ${after.id})` : sql``}
    order by c.last_message_at desc, c.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, keysetOf);
}

/** A page of each person's conversations, the one with the newest message first: one statement for all of them. */
export async function conversationsOfPersons(
  scope: Scope,
  personIds: readonly CustomerId[],
  request: PageRequest,
): Promise<Page<Conversation>[]> {
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<(Conversation & { personId: CustomerId })[]>`
    select asked.id as person_id, c.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${conversationColumns(sql)}
      from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
      -- A limit below each member: so the planner has no choice but the index.
      cross join lateral (
        select * from conversations c
        where c.customer_id = member.id and c.merged_into_id is null
          ${after ? sql`and (c.last_message_at, c.id) < (${after.at}, ${after.id})` : sql``}
        order by c.last_message_at desc, c.id desc
        limit ${request.first + 1}
      ) c
      order by c.last_message_at desc, c.id desc
      limit ${request.first + 1}
    ) c
    where ${withinReach(scope, 'conversations:read', 'asked.id')}`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) => pageOf<Conversation>(byPerson.get(id) ?? [], request, keysetOf));
}

/** Legs of several conversations, the one turned to last first, 20 a conversation at most. */
export async function legsOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<Leg[][]> {
  const { sql } = scope.db;
  const rows = await sql<Leg[]>`
    select l.id, l.conversation_id, l.endpoint_id, e.inbox_id, i.channel, e.address, e.is_public, l.started_at, l.last_message_at
    from unnest(${ids as string[]}::text[]) as asked(id)
    join conversations c on c.id = asked.id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    cross join lateral (
      select * from legs l where l.conversation_id = asked.id
      order by l.turned_to_at desc, l.id desc
      limit 20
    ) l
    join endpoints e on e.id = l.endpoint_id
    join inboxes i on i.id = e.inbox_id
    order by l.turned_to_at desc, l.id desc`;
  const byConversation = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return ids.map((id) => byConversation.get(id) ?? []);
}
