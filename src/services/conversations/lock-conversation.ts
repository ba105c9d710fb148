import type { CustomerId, EndpointId, LegId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { withinReach } from '../customers/person-of.ts';
import { StartOver } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationColumns, type Conversation } from './conversation.ts';
import type { Standing } from './conversation-fact.ts';

export interface LockedConversation extends Conversation, Standing {
  readonly id: Conversation['id'];
  readonly personId: CustomerId;
  /** The leg that it turned to last. Null: the conversation has no address. */
  readonly legId: LegId | null;
  readonly endpointId: EndpointId | null;
}

interface LockOptions {
  /** The version of the conversation's stream that the caller saw; null or absent: whatever it is. */
  readonly version?: number | null | undefined;
  /** Where the caller said so. */
  readonly field?: readonly string[];
  /** Where the caller named the conversation. */
  readonly idField?: readonly string[];
}

/**
 * Reads a conversation for a change, under the lock of its person. Refuses with NOT_FOUND when it is absent or not visible, with
 * CONVERSATION_MERGED when another one goes on for it, and with CONFLICT when its stream has moved past the version that the
 * caller saw.
 */
export async function lockConversation(
  tx: TransactionScope,
  id: string,
  { version, field = ['expectedVersion'], idField = ['id'] }: LockOptions = {},
): Promise<LockedConversation> {
  const { sql } = tx.db;
  const isExpected = version != null;
  const reach = withinReach(tx, 'conversations:read', 'c.customer_id');
  const [[locked], , [row]] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select id from customers where id = (
        select coalesce(l.person_id, c.customer_id)
        from conversations c left join person_links l on l.member_id = c.customer_id
        where c.id = ${id})
      for no key update`,
    // Not every event of a conversation comes under the person's lock: with an expected version none may come in between.
    isExpected && sql`select 1 from stream_heads where stream = ${stream.conversation(id)} for update`,
    sql<LockedConversation[]>`
      select ${conversationColumns(sql)}, coalesce(p.person_id, c.customer_id) as person_id,
        leg.id as leg_id, leg.endpoint_id
      from conversations c
      left join person_links p on p.member_id = c.customer_id
      left join lateral (
        select l.id, l.endpoint_id from legs l where l.conversation_id = c.id
        order by l.turned_to_at desc, l.id desc limit 1
      ) leg on true
      where c.id = ${id} and ${reach}`,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no conversation with this id that you can see.', idField);
  // A merge came first, or was taken back: what was locked is not who this person is now.
  if (row.personId !== locked?.id) throw new StartOver();
  if (row.mergedIntoId)
    throw new Refusal(
      'CONVERSATION_MERGED',
      'This conversation was merged into another one. Act on the one that `mergedInto` names.',
      idField,
    );
  if (isExpected && row.version !== version)
    throw new Refusal(
      'CONFLICT',
      `Something happened since version ${version}: the conversation is at ${row.version}. Read it again, then decide.`,
      field,
      { version: row.version },
    );
  return row;
}
