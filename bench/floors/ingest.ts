// What taking in a message would cost without Punos: plain node:http, one transaction a message, one prepared statement a table.
import postgres, { type TransactionSql } from 'postgres';

import { newId } from '../../src/values/ids.ts';
import { newReference } from '../../src/values/reference.ts';
import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { plainHttp } from './plain-http.ts';

type Row = Record<string, string>;

interface Input {
  inbox: string;
  sender: { kind: string; value: string };
  externalId: string;
  text: string;
  occurredAt: string;
}

async function receive(sql: TransactionSql, { inbox, sender, externalId, text, occurredAt }: Input): Promise<string> {
  const kind = sender.kind.toLowerCase();
  const address = sender.value.toLowerCase();
  const [to] = await sql<Row[]>`select id, channel from inboxes where external_id = ${inbox}`;
  const [from] = await sql<Row[]>`select customer_id from identities where kind = ${kind} and normalized = ${address}`;
  const customer = from!['customer_id']!;
  const [inboxId, channel] = [to!['id']!, to!['channel']!];
  await sql`select 1 from customers where id = ${customer} for no key update`;
  const [endpoint] = await sql<Row[]>`
    insert into endpoints (id, inbox_id, customer_id, address, created_at)
    values (${newId('endpoint')}, ${inboxId}, ${customer}, ${address}, now())
    on conflict (inbox_id, address, customer_id, is_public) do update set address = excluded.address returning id`;
  const [known] = await sql<Row[]>`
    update conversations set last_message_at = greatest(last_message_at, ${occurredAt}), inbox_id = ${inboxId}, channel = ${channel}
    where id = (select id from conversations where customer_id = ${customer} and status = 'open' order by last_message_at desc limit 1)
    returning id, assignee_id`;
  const conversation = known?.['id'] ?? newId('conversation');
  // Longer than a real one, so that it need not be drawn again when it is taken.
  const reference = `${newReference()}-F`;
  if (!known)
    await sql`
      insert into conversations (id, reference, customer_id, status, inbox_id, channel, opened_at, last_message_at)
      values (${conversation}, ${reference}, ${customer}, 'open', ${inboxId}, ${channel}, ${occurredAt}, ${occurredAt})`;
  const [leg] = await sql<Row[]>`
    insert into legs (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
    values (${newId('leg')}, ${conversation}, ${endpoint!['id']!}, ${occurredAt}, ${occurredAt}, ${occurredAt})
    on conflict (conversation_id, endpoint_id) do update set last_message_at = greatest(legs.last_message_at, excluded.last_message_at),
      turned_to_at = greatest(legs.turned_to_at, excluded.turned_to_at)
    returning id`;
  const message = newId('message');
  await sql`
    insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, direction, visibility, author_kind, author_id,
      text, occurred_at, received_at, recorded_at)
    values (${message}, ${conversation}, ${leg!['id']!}, ${inboxId}, ${customer}, ${externalId}, 'inbound', 'public', 'customer',
      ${customer}, ${text}, ${occurredAt}, now(), now())`;
  const streams = [`customer:${customer}`, `conversation:${conversation}`];
  const heads = await sql<Row[]>`
    insert into stream_heads as head (stream, version) select stream, 1 from unnest(${streams}::text[]) as stream order by stream
    on conflict (stream) do update set version = head.version + 1 returning stream, version`;
  const versions = streams.map((stream) => Number(heads.find((head) => head['stream'] === stream)!['version']));
  const assignee = known?.['assignee_id'] ?? null;
  const tags = assignee ? [`assignee:${assignee}`] : [];
  const topics = ['conversations', `inbox:${inboxId}`, `channel:${channel}`, ...tags];
  const standing = { conversationId: conversation, customerId: customer, inboxId, channel, assigneeId: assignee };
  const details = { ...standing, messageId: message, joinedBy: known ? 'endpoint' : null };
  const [event] = await sql<Row[]>`
    insert into events (type, streams, versions, topics, actor, occurred_at, received_at, recorded_at, details)
    values ('message.received', ${streams}, ${versions}, ${topics}, 'floor', ${occurredAt}, now(), clock_timestamp(), ${sql.json(details)})
    returning position`;
  await sql`
    insert into event_streams (stream, version, position)
    select stream, version, ${event!['position']!} from unnest(${streams}::text[], ${versions}::bigint[]) as s(stream, version)`;
  return message;
}

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize });
  return plainHttp(sql, async ({ input }: { input: Input }) => {
    const id = await sql.begin((tx) => receive(tx, input));
    return JSON.stringify({ data: { messageReceive: { message: { id }, isRedelivery: false, userErrors: [] } } });
  });
}

answerParent({ start, cpu: cpuSeconds });
