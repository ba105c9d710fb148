import { matchKeyOf } from '../../values/match-key.ts';
import { OLDEST_WAITING } from '../conversations/follow-waiting.ts';
import { keptResolution } from '../conversations/kept-resolution.ts';
import type { TransactionScope } from '../scope.ts';
import type { ThreadBatch } from './thread-batch.ts';

/** Writes what a batch of messages made and changed: one statement per table, whatever their number. */
export async function storeThreads(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  if (batch.messages.length === 0) return;
  // Sent in one flight; the database runs them in this order, so that rows stand before what points at them.
  await Promise.all([
    storeEndpoints(tx, batch),
    storeSeen(tx, batch),
    storeConversations(tx, batch),
    storeLegs(tx, batch),
    storeMessages(tx, batch),
    storeSpells(tx, batch),
  ]);
}

async function storeEndpoints(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const rows = [...batch.endpoints.values()].map(({ id, inboxId, customerId, address, isPublic }) => ({
    id,
    inbox_id: inboxId,
    customer_id: customerId,
    address,
    is_public: isPublic,
  }));
  const { sql } = tx.db;
  await sql`
    insert into endpoints (id, inbox_id, customer_id, address, is_public, created_at)
    select r.*, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, inbox_id text, customer_id text, address text,
      is_public boolean)`;
}

/** When identities were last seen, to the day: not one more row version for every batch. */
async function storeSeen(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const rows = batch.messages.map(({ message, address }) => ({
    kind: message.sender.kind,
    key: matchKeyOf(message.sender.kind, address),
    at: message.occurredAt,
  }));
  const { sql } = tx.db;
  await sql`
    update identities i set last_seen_at = seen.at
    from (
      select kind, key, max(at) as at
      from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(kind text, key text, at timestamptz)
      group by kind, key
    ) as seen
    where i.kind = seen.kind and coalesce(i.match_key, i.normalized) = seen.key and i.last_seen_at <= seen.at - interval '1 day'`;
}

/** The first message of each conversation in this batch: who waited already waits since before. */
function firstAsked(batch: ThreadBatch): Map<string, Date> {
  const askedAt = new Map<string, Date>();
  for (const { conversationId, message } of batch.messages)
    if (!askedAt.has(conversationId)) askedAt.set(conversationId, message.occurredAt);
  return askedAt;
}

async function storeConversations(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const askedAt = firstAsked(batch);
  const rows = [...batch.conversations.values()].map((draft) => ({
    id: draft.id,
    reference: draft.reference,
    customer_id: draft.customerId,
    thread_key: draft.threadKeys[0] ?? null,
    subject: draft.subject,
    topic: draft.topic,
    language: draft.language,
    assignee_id: draft.assigneeId,
    inbox_id: draft.inboxId,
    channel: draft.channel,
    opened_at: draft.openedAt,
    last_message_at: draft.lastMessageAt,
    waiting_since: askedAt.get(draft.id),
  }));
  const { sql } = tx.db;
  // Rows that are opened again forget when they were resolved; the first part sees them as they were.
  await sql`
    with ${keptResolution(sql, sql`select id, waiting_since as reopened_at from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, waiting_since timestamptz)`)}
    insert into conversations (id, reference, customer_id, thread_key, subject, topic, language, assignee_id, inbox_id, channel,
      opened_at, last_message_at, waiting_since, status)
    select r.*, 'open'
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, reference text, customer_id text, thread_key text,
      subject text, topic text, language text, assignee_id text, inbox_id text, channel text, opened_at timestamptz,
      last_message_at timestamptz, waiting_since timestamptz)
    on conflict (id) do update set status = 'open', resolved_at = null, snoozed_until = null, assignee_id = excluded.assignee_id,
      inbox_id = excluded.inbox_id, channel = excluded.channel, subject = excluded.subject, topic = excluded.topic,
      language = excluded.language, last_message_at = excluded.last_message_at,
      waiting_since = coalesce(conversations.waiting_since, excluded.waiting_since)`;
}

async function storeSpells(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const rows = [...firstAsked(batch)].map(([id, at]) => ({ id, at }));
  const { sql } = tx.db;
  await sql`
    insert into waiting_spells (conversation_id, asked_at, began_at)
    select r.id, c.waiting_since, r.at
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, at timestamptz) join conversations c using (id)
    where r.at > ${tx.now}::timestamptz - ${OLDEST_WAITING}::interval
      and not exists (select from waiting_spells s where s.conversation_id = r.id and s.ended_at is null)`;
}

async function storeLegs(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const rows = [...batch.legs.values()].map((leg) => ({
    id: leg.id,
    conversation_id: leg.conversationId,
    endpoint_id: leg.endpointId,
    started_at: leg.at,
    last_message_at: leg.until,
  }));
  const { sql } = tx.db;
  await sql`
    insert into legs (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
    select r.*, r.last_message_at from jsonb_to_recordset(${sql.json(rows)}::jsonb)
      as r(id text, conversation_id text, endpoint_id text, started_at timestamptz, last_message_at timestamptz)
    on conflict (id) do update set last_message_at = greatest(legs.last_message_at, excluded.last_message_at),
      turned_to_at = greatest(legs.turned_to_at, excluded.turned_to_at)`;
}

async function storeMessages(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const rows = batch.messages.map(({ id, conversationId, legId, inboxId, customerId, message }) => ({
    id,
    conversation_id: conversationId,
    leg_id: legId,
    inbox_id: inboxId,
    customer_id: customerId,
    external_id: message.externalId,
    text: message.text,
    occurred_at: message.occurredAt,
    received_at: message.receivedAt,
  }));
  const { sql } = tx.db;
  await sql`
    insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, author_id, text, occurred_at,
      received_at, direction, visibility, author_kind, recorded_at)
    select r.id, r.conversation_id, r.leg_id, r.inbox_id, r.customer_id, r.external_id, r.customer_id, r.text, r.occurred_at,
      r.received_at, 'inbound', 'public', 'customer', ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, conversation_id text, leg_id text, inbox_id text,
      customer_id text, external_id text, text text, occurred_at timestamptz, received_at timestamptz)`;
}
