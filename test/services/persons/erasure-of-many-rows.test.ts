import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import { activitiesByIds } from '../../../src/services/activity/read-activities.ts';
import { recordActivities } from '../../../src/services/activity/record-activities.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { conversationsByIds } from '../../../src/services/conversations/read-conversations.ts';
import { messagesByIds } from '../../../src/services/conversations/read-messages.ts';
import { customersByIds } from '../../../src/services/customers/read-customers.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { completeErasure } from '../../../src/services/persons/complete-erasure.ts';
import { erasePerson } from '../../../src/services/persons/erase-person.ts';
import type { Sql } from '../../../src/database/open-database.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const scopeNow = () => aScope(database, 'admin', { now: new Date() });
const [MESSAGES, ACTIVITIES] = [180_000, 20_000];

const says = (who: string, n: number) =>
  receiveMessage(scopeNow(), {
    ...{ inbox: 'mail', externalId: `${who}-${n}`, text: `hello ${who}`, occurredAt: new Date() },
    sender: { kind: 'email', value: `${who}@example.com`, displayName: who },
  });
const looks = (who: string) =>
  recordActivities(scopeNow(), [
    {
      ...{ identity: { kind: 'email', value: `${who}@example.com` }, source: 'site', externalId: `${who}-looked` },
      ...{ occurredAt: new Date(), search: { query: who } },
    },
  ] as never);

interface Ids {
  readonly customerId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly activityId: string;
}
async function aPerson(who: string): Promise<Ids> {
  await says(who, 1);
  await looks(who);
  const [ids] = await sql<[Ids]>`
    select m.customer_id, m.conversation_id, m.id as message_id, a.id as activity_id
    from messages m join activities a on a.customer_id = m.customer_id where m.external_id = ${`${who}-1`}`;
  return ids;
}

/** Copies of a row, each with an id and a name at its source of its own. */
const multiply = (table: string, id: string, count: number) =>
  sql`
    insert into ${sql(table)}
    select r.* from ${sql(table)} t, generate_series(1, ${count}::int) as n,
      jsonb_populate_record(t, jsonb_build_object('id', t.id || '_' || n, 'external_id', t.external_id || '/' || n)) as r
    where t.id = ${id}`;

const bertas = (from: Sql, { customerId }: Ids) => from<{ of: string; rows: string }[]>`
  select 'messages' as of, string_agg(t::text, ' ' order by t.id) as rows from messages t where t.customer_id = ${customerId}
  union all select 'activities', string_agg(t::text, ' ' order by t.id) from activities t where t.customer_id = ${customerId}
  union all select 'conversations', string_agg(t::text, ' ' order by t.id) from conversations t where t.customer_id = ${customerId}
  union all select 'identities', string_agg(t::text, ' ' order by t.id) from identities t where t.customer_id = ${customerId}
  union all select 'customers', string_agg(t::text, ' ' order by t.id) from customers t where t.id = ${customerId}`;

test(`I3: of a person with ${MESSAGES} messages nobody sees anything at once, and nothing is left though a process is killed meanwhile`, async () => {
  await ensureInbox(scopeNow(), { externalId: 'mail', channel: 'email', name: 'Mail' });
  const [anna, berta] = [await aPerson('anna'), await aPerson('berta')];
  await multiply('messages', anna.messageId, MESSAGES);
  await multiply('activities', anna.activityId, ACTIVITIES);
  const others = await bertas(sql, berta);
  // As a server has it: whatever takes longer is given up.
  const short = openDatabase(applicationUrl, {
    poolSize: 2,
    statementTimeoutMs: 5_000,
    applicationName: 'the one killed',
  });
  afterAll(() => short.close());

  const erasureId = await erasePerson({ ...scopeNow(), db: short }, anna.customerId, { suppressionDays: 90 });

  const [left] = await sql<[{ messages: number }]>`
    select count(*)::int as messages from messages where customer_id = ${anna.customerId}`;
  expect(left.messages).toBeGreaterThan(MESSAGES / 2);
  expect(await customersByIds(scopeNow(), [anna.customerId])).toEqual([null]);
  expect(await conversationsByIds(scopeNow(), [anna.conversationId])).toEqual([null]);
  const shown = await sql<{ id: string }[]>`select id from messages where customer_id = ${anna.customerId} limit 3`;
  expect(
    await messagesByIds(
      scopeNow(),
      shown.map(({ id }) => id),
    ),
  ).toEqual([null, null, null]);
  const done = await sql<{ id: string }[]>`select id from activities where customer_id = ${anna.customerId} limit 1`;
  expect(await activitiesByIds(scopeNow(), [done[0]!.id])).toEqual([null]);
  await expect(says('anna', 2)).rejects.toThrow(Refusal);

  const list = () => Promise.resolve();
  const killed = completeErasure({ ...scopeNow(), db: short }, erasureId, list).catch((error: unknown) => error);
  const countOf = async () => {
    const [row] = await sql<[{ counts: Record<string, number> }]>`select counts from erasures where id = ${erasureId}`;
    return row.counts['messages']!;
  };
  await until(countOf, (rows) => rows > 20_000);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'the one killed'`;
  expect(await killed).toBeInstanceOf(Error);
  const before = await countOf();
  expect(before).toBeLessThan(MESSAGES);

  await until(
    () => completeErasure(scopeNow(), erasureId, list),
    (became) => became === 'done',
  );

  const [rest] = await sql`
    select (select count(*)::int from messages where customer_id = ${anna.customerId}) as messages,
      (select count(*)::int from activities where customer_id = ${anna.customerId}) as activities,
      e.counts ->> 'messages' as removed, e.counts ->> 'activities' as forgotten, e.completed_at is not null as is_complete
    from erasures e where id = ${erasureId}`;
  expect(rest).toEqual({
    ...{ messages: 0, activities: 0, isComplete: true },
    ...{ removed: String(MESSAGES + 1), forgotten: String(ACTIVITIES + 1) },
  });
  expect(await bertas(sql, berta)).toEqual(others);
}, 120_000);
