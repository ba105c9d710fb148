import { checkOptionalText } from '../../values/check-text.ts';
import { newId, type ConversationId } from '../../values/ids.ts';
import { newReference } from '../../values/reference.ts';
import { Refusal } from '../../values/refusal.ts';
import { reachOf, requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { conversationFact } from './conversation-fact.ts';
import { followWaiting } from './follow-waiting.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';
import { leavesOf, turnToNewestLeg } from './newest-leg.ts';
import { retellTimes } from './retell-times.ts';

const MOST_MESSAGES = 100;

interface Split {
  readonly messageIds: readonly string[];
  /** Null or absent: as the conversation that it is split off. */
  readonly subject?: string | null | undefined;
}

/**
 * Makes messages and notes of a conversation one of their own: open, waiting, with legs on the endpoints of its messages, so that a
 * reply goes where they came from. The source's thread and the linked orders stay with the old one.
 */
export async function splitConversation(scope: Scope, id: string, split: Split): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  const subject = checkOptionalText(split.subject, ['subject'], 500);
  const messageIds = [...new Set(split.messageIds)];
  if (messageIds.length < 1 || messageIds.length > MOST_MESSAGES)
    throw new Refusal('INVALID_INPUT', `Name 1 to ${MOST_MESSAGES} messages.`, ['messageIds']);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    await checkMessages(tx, conversation, messageIds);
    const newborn = await open(tx, conversation, { messageIds, subject: subject ?? conversation.subject });
    await moveMessages(tx, conversation, { messageIds, toId: newborn });
    const [, stood, stands] = await Promise.all([
      retellTimes(tx, [conversation.id, newborn]),
      turnToNewestLeg(tx, conversation),
      turnToNewestLeg(tx, { ...conversation, id: newborn, assigneeId: null }),
    ]);
    await followWaiting(tx, [conversation.id, newborn]);
    const details = { otherConversationId: newborn, messageCount: messageIds.length };
    const left = leavesOf(conversation, stood);
    recordFact(tx, conversationFact(stood, { type: 'conversation.split', details, left }));
    const origin = { status: 'open', otherConversationId: conversation.id };
    recordFact(tx, conversationFact(stands, { type: 'conversation.opened', details: origin }));
    return newborn;
  });
}

async function checkMessages(tx: TransactionScope, { id }: LockedConversation, messageIds: string[]): Promise<void> {
  const seesNotes = reachOf(tx.viewer, 'notes:read') !== null;
  const [row] = await tx.db.sql<{ found: number; others: boolean }[]>`
    select (
        select count(*)::int from messages m
        where m.id = any (${messageIds}::text[]) and m.conversation_id = ${id} and (m.visibility = 'public' or ${seesNotes})
      ) as found,
      exists (
        select 1 from messages m
        where m.conversation_id = ${id} and m.visibility = 'public' and m.id <> all (${messageIds}::text[])
      ) as others`;
  if (row!.found !== messageIds.length)
    throw new Refusal('NOT_FOUND', 'Not all of these are messages of this conversation that you can see.', [
      'messageIds',
    ]);
  if (!row!.others)
    throw new Refusal('INVALID_INPUT', 'At least one message stays. Leave one out, or rename the conversation.', [
      'messageIds',
    ]);
}

async function open(
  tx: TransactionScope,
  { id }: LockedConversation,
  { messageIds, subject }: { messageIds: string[]; subject: string | null },
): Promise<ConversationId> {
  const newborn = newId('conversation');
  for (;;) {
    const opened = await tx.db.sql`
      insert into conversations (id, reference, customer_id, subject, topic, language, issue_type, priority, status,
        inbox_id, channel, opened_at, last_message_at)
      select ${newborn}, ${newReference()}, c.customer_id, ${subject}, c.topic, c.language, c.issue_type, c.priority, 'open',
        c.inbox_id, c.channel, said.first, said.last
      from conversations c, (
        select min(occurred_at) as first, max(occurred_at) as last from messages where id = any (${messageIds}::text[])
      ) as said
      where c.id = ${id}
      on conflict (reference) do nothing`;
    // One in a thousand million: draw again.
    if (opened.count === 1) return newborn;
  }
}

/**
 * Moves the messages with their places: a leg that loses all its messages goes with them, so that no reply goes there any more; of
 * a leg that keeps some the new conversation gets its like. What was private stays private.
 */
async function moveMessages(
  tx: TransactionScope,
  { id }: LockedConversation,
  { messageIds, toId }: { messageIds: string[]; toId: ConversationId },
): Promise<void> {
  const { sql } = tx.db;
  const legs = await sql<{ legId: string; isLeft: boolean }[]>`
    select m.leg_id, exists (
        select 1 from messages rest where rest.conversation_id = ${id} and rest.leg_id = m.leg_id
          and rest.id <> all (${messageIds}::text[])) as is_left
    from messages m where m.id = any (${messageIds}::text[]) and m.leg_id is not null
    group by m.leg_id`;
  const going = legs.filter(({ isLeft }) => !isLeft).map(({ legId }) => legId);
  const shared = legs.filter(({ isLeft }) => isLeft).map(({ legId }) => ({ legId, copyId: newId('leg') }));
  const rows = { from: shared.map(({ legId }) => legId), copy: shared.map(({ copyId }) => copyId) };
  await Promise.all([
    sql`update legs set conversation_id = ${toId} where id = any (${going}::text[])`,
    sql`
      insert into legs (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
      select pair.copy, ${toId}, l.endpoint_id, l.started_at, l.last_message_at, l.turned_to_at
      from unnest(${rows.from}::text[], ${rows.copy}::text[]) as pair(leg, copy) join legs l on l.id = pair.leg`,
    sql`
      update messages m set conversation_id = ${toId}, leg_id = coalesce((
        select pair.copy from unnest(${rows.from}::text[], ${rows.copy}::text[]) as pair(leg, copy)
        where pair.leg = m.leg_id), m.leg_id)
      where m.id = any (${messageIds}::text[])`,
    sql`
      update legs l set started_at = said.first, last_message_at = said.last,
        turned_to_at = greatest(said.last_inbound, said.first,
          (select max(s.switched_at) from channel_switches s where s.to_leg_id = l.id))
      from (
        select leg_id, min(occurred_at) as first, max(occurred_at) as last,
          max(occurred_at) filter (where direction = 'inbound') as last_inbound
        from messages where leg_id = any (${[...going, ...rows.from, ...rows.copy]}::text[]) group by leg_id
      ) as said
      where l.id = said.leg_id`,
    sql`
      insert into channel_switches (id, conversation_id, from_leg_id, to_leg_id, reason, guidance_message_id, switched_at,
        by_kind, by_id)
      select ${newId('channelSwitch')}, ${toId}, from_leg_id, to_leg_id, reason, null, switched_at, by_kind, by_id
      from channel_switches where conversation_id = ${id} and reason = 'privacy'
      order by switched_at desc limit 1`,
  ]);
}
