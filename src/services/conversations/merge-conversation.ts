import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { joinTags } from '../../values/tags.ts';
import { PRIORITIES } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockPersons } from '../customers/merging/lock-persons.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { givePlaceBack } from './agent-places.ts';
import { conversationFact } from './conversation-fact.ts';
import { followWaiting } from './follow-waiting.ts';
import { endTask } from './conversation-task.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';
import { leavesOf, turnToNewestLeg } from './newest-leg.ts';

/**
 * Merges a conversation into another one of the same person; answers the survivor. Messages, notes, legs, switches, handoffs and
 * linked orders move over. The one that was merged stays as a resolved duplicate that names the survivor: its id, its reference and
 * the source's thread lead there. The survivor keeps what it says about itself and takes over what it says nothing about.
 */
export async function mergeConversation(
  scope: Scope,
  id: string,
  intoId: string,
  expectedVersion: number | null = null,
): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  if (id === intoId)
    throw new Refusal('INVALID_INPUT', 'A conversation is not merged into itself. Name another one.', ['intoId']);
  return atomically(scope, async (tx) => {
    await lockPersonsOf(tx, [id, intoId]);
    const merged = await lockConversation(tx, id, { version: expectedVersion });
    const survivor = await lockConversation(tx, intoId, { idField: ['intoId'] });
    if (merged.personId !== survivor.personId)
      throw new Refusal('OTHER_PERSON', 'These conversations belong to different persons.', ['intoId']);
    if (survivor.status === 'resolved' && merged.status !== 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'That conversation is resolved. Reopen it, then merge.', ['intoId']);
    await moveParts(tx, merged, survivor);
    await close(tx, merged, survivor);
    await takeOver(tx, merged, survivor);
    await followWaiting(tx, [merged.id, survivor.id]);
    return survivor.id;
  });
}

/** In one order, whichever is merged into which: two that name each other wait for each other in one direction only. */
async function lockPersonsOf(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  const rows = await tx.db.sql<{ customerId: string }[]>`
    select customer_id from conversations where id = any (${conversationIds as string[]}::text[])`;
  await lockPersons(
    tx,
    rows.map(({ customerId }) => customerId),
  );
}

/** Moves everything that hangs on a conversation. Where both had a leg on one endpoint, the survivor's takes in the other's messages. */
async function moveParts(tx: TransactionScope, merged: LockedConversation, survivor: LockedConversation) {
  const { sql } = tx.db;
  const [from, to] = [merged.id, survivor.id];
  await Promise.all([
    sql`
      update messages m set conversation_id = ${to}, leg_id = coalesce((
        select own.id from legs l join legs own on own.endpoint_id = l.endpoint_id and own.conversation_id = ${to}
        where l.id = m.leg_id), m.leg_id)
      where m.conversation_id = ${from}`,
    sql`
      update legs own set started_at = least(own.started_at, l.started_at),
        last_message_at = greatest(own.last_message_at, l.last_message_at),
        turned_to_at = greatest(own.turned_to_at, l.turned_to_at)
      from legs l where l.conversation_id = ${from} and own.conversation_id = ${to} and own.endpoint_id = l.endpoint_id`,
    sql`
      update legs set conversation_id = ${to}
      where conversation_id = ${from}
        and not exists (select 1 from legs own where own.conversation_id = ${to} and own.endpoint_id = legs.endpoint_id)`,
    sql`
      insert into conversation_orders (conversation_id, order_id, linked_at)
      select ${to}, order_id, linked_at from conversation_orders where conversation_id = ${from}
      on conflict do nothing`,
    sql`delete from conversation_orders where conversation_id = ${from}`,
    sql`update channel_switches set conversation_id = ${to} where conversation_id = ${from}`,
    sql`update handoffs set conversation_id = ${to} where conversation_id = ${from}`,
    sql`
      update conversations set waiting_since = least(waiting_since, (
        select other.waiting_since from conversations other where other.id = ${from}))
      where id = ${to}`,
    // What was merged into this one before leads to the survivor at once: never a chain.
    sql`update conversations set merged_into_id = ${to} where merged_into_id = ${from}`,
  ]);
}

async function close(tx: TransactionScope, merged: LockedConversation, survivor: LockedConversation) {
  await tx.db.sql`
    update conversations set merged_into_id = ${survivor.id}, status = 'resolved', outcome = 'duplicate',
      resolved_at = coalesce(resolved_at, ${tx.now}), snoozed_until = null, waiting_since = null,
      control_kind = null, control_id = null, control_since = null
    where id = ${merged.id}`;
  await endTask(tx, merged.id, 'dropped');
  if (merged.assigneeId && merged.status !== 'resolved') await givePlaceBack(tx, merged.assigneeId);
  const details = { status: 'resolved', outcome: 'duplicate', otherConversationId: survivor.id };
  recordFact(tx, conversationFact(merged, { type: 'conversation.merged', topics: [topic.routing], details }));
}

async function takeOver(tx: TransactionScope, merged: LockedConversation, survivor: LockedConversation) {
  const { sql } = tx.db;
  const urgency = Math.max(PRIORITIES.indexOf(merged.priority), PRIORITIES.indexOf(survivor.priority));
  const tags = joinTags(survivor.tags, merged.tags);
  await sql`
    update conversations set subject = coalesce(subject, ${merged.subject}), topic = coalesce(topic, ${merged.topic}),
      language = coalesce(language, ${merged.language}), issue_type = coalesce(issue_type, ${merged.issueType}),
      priority = ${PRIORITIES[urgency]!}, tags = ${tags}::text[],
      opened_at = least(opened_at, ${merged.openedAt}::timestamptz),
      last_message_at = greatest(last_message_at, ${merged.lastMessageAt}::timestamptz)
    where id = ${survivor.id}`;
  const standing = await turnToNewestLeg(tx, survivor);
  const details = { status: survivor.status, otherConversationId: merged.id };
  const left = leavesOf(survivor, standing);
  recordFact(tx, conversationFact(standing, { type: 'conversation.merged', details, left }));
}
