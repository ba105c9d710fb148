import type { ConversationId, CustomerId } from '../../../values/ids.ts';
import type { ConversationStatus } from '../../../values/vocabulary.ts';
import type { Standing } from '../../conversations/conversation-fact.ts';
import type { Scope } from '../../scope.ts';

/** A conversation as its clocks look at it. */
export interface Waiting extends Standing {
  readonly personId: CustomerId;
  readonly status: ConversationStatus;
  readonly waitingSince: Date | null;
  readonly resolvedAt: Date | null;
  readonly firstAskedAt: Date | null;
  /** What needs no further look, by the names of the signals. */
  readonly signals: Readonly<Record<string, string | null>>;
}

/** Conversations by id, as far as they are there: nobody's rights are asked. */
export async function readWaiting(
  scope: Scope,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, Waiting>> {
  const rows = await scope.db.sql<Waiting[]>`
    select c.id, coalesce(l.person_id, c.customer_id) as person_id, c.inbox_id, c.channel, c.assignee_id, c.status,
      c.waiting_since, c.resolved_at, a.asked_at as first_asked_at,
      jsonb_build_object('channel', c.channel, 'priority', c.priority, 'topic', c.topic, 'language', c.language,
        'issue_type', c.issue_type, 'inbox', i.external_id, 'brand', i.brand, 'market', i.market) as signals
    from conversations c
    join inboxes i on i.id = c.inbox_id
    left join person_links l on l.member_id = c.customer_id
    left join first_answers a on a.conversation_id = c.id
    where c.id = any (${ids as string[]}::text[])`;
  return new Map(rows.map((row) => [row.id, row]));
}
