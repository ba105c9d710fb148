import type { AgentId, ConversationId, InboxId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { AuthorKind, Channel, InvolvementState } from '../../values/vocabulary.ts';
import { reachOf, requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';

/** Who looks at a conversation or types in it now. */
export interface Involvement {
  readonly conversationId: ConversationId;
  readonly partyKind: Exclude<AuthorKind, 'system'>;
  readonly partyId: string;
  readonly state: Exclude<InvolvementState, 'left'>;
  readonly since: Date;
}

/** How long a state counts without being said again. */
const LASTS_MS = { viewing: 30_000, typing: 6_000 } as const;
const SWEPT_AT_ONCE = 500;

/**
 * Says that the viewer looks at a conversation, types in it, or left. Said again it lasts longer and tells nobody; a change is told. Who
 * may write there may say so: staff and bots anywhere, a customer in their own conversations.
 */
export async function setConversationPresence(
  scope: Scope,
  id: string,
  state: InvolvementState,
): Promise<ConversationId> {
  const { partyKind, partyId } = partyOf(scope.viewer);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [conversation] = await sql<Place[]>`
      select c.id, c.assignee_id, c.inbox_id, c.channel from conversations c
      where c.id = ${id} and ${withinReach(tx, 'conversations:read', 'c.customer_id')}`;
    if (!conversation)
      throw new Refusal('NOT_FOUND', 'There is no conversation with this id that you can see.', ['id']);
    const [before] = await sql<{ state: InvolvementState; isOver: boolean }[]>`
      select state, expires_at <= ${tx.now} as is_over from conversation_presences
      where conversation_id = ${id} and party_kind = ${partyKind} and party_id = ${partyId} for update`;
    const formerState = before && !before.isOver ? before.state : 'left';
    if (state === 'left')
      await sql`
        delete from conversation_presences
        where conversation_id = ${id} and party_kind = ${partyKind} and party_id = ${partyId}`;
    else
      await sql`
        insert into conversation_presences as p (conversation_id, party_kind, party_id, state, since, expires_at)
        values (${id}, ${partyKind}, ${partyId}, ${state}, ${tx.now}, ${new Date(tx.now.getTime() + LASTS_MS[state])})
        on conflict (conversation_id, party_kind, party_id) do update set state = excluded.state,
          since = case when ${formerState === state} then p.since else excluded.since end, expires_at = excluded.expires_at`;
    // A row that was over and not swept yet would be told of by the sweep: this tells what it is now.
    if (formerState !== state) tell(tx, { ...conversation, partyKind, partyId, state, formerState });
    return conversation.id;
  });
}

/** Takes away presences that nobody said again, and tells that they left. Any number of processes may do this at once. */
export async function sweepPresences(scope: Scope): Promise<number> {
  const [due] = await scope.db.sql`select 1 from conversation_presences where expires_at <= ${scope.now} limit 1`;
  if (!due) return 0;
  return atomically(scope, async (tx) => {
    const gone = await tx.db.sql<(Omit<Involvement, 'conversationId'> & Place)[]>`
      with due as materialized (
        select conversation_id, party_kind, party_id from conversation_presences
        where expires_at <= ${tx.now} order by expires_at limit ${SWEPT_AT_ONCE} for update skip locked
      )
      delete from conversation_presences p using due d, conversations c
      where (p.conversation_id, p.party_kind, p.party_id) = (d.conversation_id, d.party_kind, d.party_id)
        and c.id = p.conversation_id
      returning c.id, c.assignee_id, c.inbox_id, c.channel, p.party_kind, p.party_id, p.state`;
    for (const { state, ...who } of gone) tell(tx, { ...who, state: 'left', formerState: state });
    return gone.length;
  });
}

/** Who looks at conversations and types in them now, longest first. A customer is told of staff who type, not of who looks. */
export function presenceOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<Involvement[]> {
  const { sql } = scope.db;
  const seesAll = reachOf(scope.viewer, 'conversations:read') === 'all';
  return sql<Involvement[]>`
    select p.conversation_id, p.party_kind, p.party_id, p.state, p.since
    from conversation_presences p join conversations c on c.id = p.conversation_id
    where p.conversation_id = any (${ids as string[]}) and p.expires_at > ${scope.now}
      and (${seesAll} or (p.state = 'typing' and p.party_kind <> 'customer'))
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    order by p.since, p.party_kind, p.party_id`;
}

interface Place {
  readonly id: ConversationId;
  readonly assigneeId: AgentId | null;
  /** Of its newest leg. */
  readonly inboxId: InboxId;
  readonly channel: Channel;
}
interface Change extends Place {
  readonly partyKind: Involvement['partyKind'];
  readonly partyId: string;
  readonly state: InvolvementState;
  readonly formerState: InvolvementState;
}

/** On a stream of its own: a keystroke is no new version of the conversation and makes no packet. */
function tell(tx: TransactionScope, { id, assigneeId, inboxId, channel, ...change }: Change): void {
  recordFact(tx, {
    type: 'conversation.presence_changed',
    streams: [stream.presence(id)],
    topics: [
      ...[topic.presences, topic.presenceInInbox(inboxId), topic.presenceOnChannel(channel)],
      ...(assigneeId ? [topic.presenceForAssignee(assigneeId)] : []),
    ],
    details: { conversationId: id, assigneeId, ...change },
  });
}

function partyOf(viewer: Viewer): { partyKind: Involvement['partyKind']; partyId: string } {
  const { role, agentId, customerId, principal } = viewer;
  if (role === 'customer') {
    requireRight(viewer, 'chat:write');
    return { partyKind: 'customer', partyId: customerId ?? principal };
  }
  requireRight(viewer, 'messages:send');
  return { partyKind: role === 'bot' ? 'bot' : 'agent', partyId: agentId ?? principal };
}
