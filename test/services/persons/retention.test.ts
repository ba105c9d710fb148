import { beforeEach, expect, test } from 'vitest';

import { singleConnection } from '../../../src/database/single-connection.ts';
import { recordActivities } from '../../../src/services/activity/record-activities.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { applyRetention } from '../../../src/services/persons/apply-retention.ts';
import { erasePerson } from '../../../src/services/persons/erase-person.ts';
import { placeLegalHold, releaseLegalHold } from '../../../src/services/persons/place-legal-hold.ts';
import { previewRetention } from '../../../src/services/persons/preview-retention.ts';
import { findDue, type PastPlace } from '../../../src/services/persons/past-retention.ts';
import { limitOf, type RetentionRule } from '../../../src/services/persons/retention-rule.ts';
import { readRetentionRules, setRetentionRule } from '../../../src/services/persons/set-retention-rule.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, ownerUrl } = await withDatabase();
const NOW = new Date('2026-11-20T12:00:00.000Z');
const scope = aScope(database, 'admin', { now: NOW });
const at = (moment: string | number) => aScope(database, 'admin', { now: new Date(moment) });

let count = 0;
const aPerson = async (market: string | null, when: string | number = '2020-01-01T00:00:00Z') => {
  const value = `keep-${(count += 1)}@example.com`;
  const { customerId } = await upsertCustomer(at(when), {
    ...{ source: 'crm', identities: [{ kind: 'email', value }], occurredAt: new Date(when) },
    profile: { market },
  });
  return { customerId, value };
};
const aVisit = async (customerId: string, when: number) => {
  const told = { customerId, source: 'site', occurredAt: new Date(when), search: { query: 'lamp' } };
  const { ids, refused } = await recordActivities(at(when), [told] as never);
  expect(refused).toEqual([]);
  // The id is of the test's own time; of a real row both are one moment.
  const prefix = (await import('../../../src/values/ids.ts')).newId('activity', when);
  await sql`update activities set id = ${prefix} where id = ${ids[0]!}`;
  return prefix;
};
const manyVisits = (customerId: string, when: number, { from, to }: { from: number; to: number }) =>
  sql`
    insert into activities (id, customer_id, kind, occurred_at, received_at, recorded_at, source, details)
    select 'act_' || lpad(n::text, 26, '0'), ${customerId}, 'search', ${new Date(when)}, ${new Date(when)}, ${new Date(when)}, 'site', '{}'
    from generate_series(${from}::int, ${to}::int) n`;
const aResolvedTalk = async (value: string, when: number) => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  const { conversationId } = await receiveMessage(at(when), {
    ...{ inbox: 'mail', externalId: `m-${(count += 1)}`, text: 'Where is it?', occurredAt: new Date(when) },
    ...{ threadId: `t-${count}`, sender: { kind: 'email', value } },
  });
  await resolveConversation(at(when), conversationId);
  return conversationId;
};
const ruleOf = async (dataClass: RetentionRule['dataClass'], market: string | null = null) =>
  (await readRetentionRules(scope)).find((rule) => rule.dataClass === dataClass && rule.market === market)!;
const left = async (table: string) =>
  (await sql<{ id: string }[]>`select id from ${sql(table)} order by id`).map(({ id }) => id);

beforeEach(async () => {
  await sql`delete from retention_rules`;
  await sql`delete from legal_holds`;
  await sql`delete from activities`;
});

test('I8: what is a second past the limit goes, what is at it or a second before stays, whatever the clocks did in between', async () => {
  const { customerId } = await aPerson('FI');
  // Clocks in Helsinki went back an hour on 25 October: 30 days of the calendar have an hour more.
  await setRetentionRule(scope, { dataClass: 'activity', keepDays: 30, timeZone: 'Europe/Helsinki' });
  const rule = await ruleOf('activity');
  const limit = await limitOf(sql, rule, new Date('2026-11-10T10:00:00.000Z'));
  expect(limit.toISOString()).toBe('2026-10-11T09:00:00.000Z');
  expect((await limitOf(sql, { ...rule, timeZone: 'UTC' }, new Date('2026-11-10T10:00:00.000Z'))).toISOString()).toBe(
    '2026-10-11T10:00:00.000Z',
  );
  const [, same, after] = [
    await aVisit(customerId, limit.getTime() - 1_000),
    await aVisit(customerId, limit.getTime()),
    await aVisit(customerId, limit.getTime() + 1_000),
  ];

  const preview = await previewRetention(at('2026-11-10T10:00:00.000Z'));
  expect(preview.map(({ limit: from, dueCount, isMore }) => ({ from, dueCount, isMore }))).toEqual([
    { from: limit, dueCount: 1, isMore: false },
  ]);
  expect(await left('activities')).toHaveLength(3);
  expect(await applyRetention(at('2026-11-10T10:00:00.000Z'), rule)).toBe(1);
  expect(await left('activities')).toEqual([same, after].sort());
  expect(await applyRetention(at('2026-11-10T10:00:00.000Z'), rule)).toBe(0);
});

test('a market has its own rule; the rule for all others leaves it alone', async () => {
  const [fi, de, none] = [await aPerson('FI'), await aPerson('DE'), await aPerson(null)];
  const when = NOW.getTime() - 100 * 86_400_000;
  const visits = {
    fi: await aVisit(fi.customerId, when),
    de: await aVisit(de.customerId, when),
    none: await aVisit(none.customerId, when),
  };
  await setRetentionRule(scope, { dataClass: 'activity', market: 'DE', keepDays: 200 });
  await setRetentionRule(scope, { dataClass: 'activity', keepDays: 90 });

  expect(await applyRetention(scope, await ruleOf('activity'))).toBe(2);
  expect(await left('activities')).toEqual([visits.de]);
  expect(await applyRetention(scope, await ruleOf('activity', 'DE'))).toBe(0);
  await setRetentionRule(scope, { dataClass: 'activity', market: 'DE', keepDays: 99 });
  expect(await applyRetention(scope, await ruleOf('activity', 'DE'))).toBe(1);
});

test('a hold keeps a person from every rule and from erasure, under any of their ids, until it is released', async () => {
  const [person, member] = [await aPerson('FI'), await aPerson('FI')];
  await sql`insert into person_links (member_id, person_id, linked_at) values (${member.customerId}, ${person.customerId}, now())`;
  await aVisit(member.customerId, NOW.getTime() - 500 * 86_400_000);
  await setRetentionRule(scope, { dataClass: 'activity', keepDays: 90 });
  const hold = await placeLegalHold(scope, { customerId: person.customerId, reference: 'HO 12/2026' });

  expect(await applyRetention(scope, await ruleOf('activity'))).toBe(0);
  await expect(erasePerson(scope, member.customerId, { suppressionDays: 1 })).rejects.toMatchObject({
    code: 'LEGAL_HOLD',
  });
  expect(await left('activities')).toHaveLength(1);

  await releaseLegalHold(scope, hold);
  await expect(releaseLegalHold(scope, hold)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await applyRetention(scope, await ruleOf('activity'))).toBe(1);
  await erasePerson(scope, member.customerId, { suppressionDays: 1 });
});

test('old resolved conversations go with everything in them; open ones and new ones stay', async () => {
  const { value } = await aPerson('FI');
  const old = NOW.getTime() - 400 * 86_400_000;
  const [gone, fresh] = [await aResolvedTalk(value, old), await aResolvedTalk(value, NOW.getTime() - 86_400_000)];
  const { value: other } = await aPerson('FI');
  const { conversationId: open } = await receiveMessage(at(old), {
    ...{ inbox: 'mail', externalId: 'open', text: 'Still waiting', occurredAt: new Date(old) },
    sender: { kind: 'email', value: other },
  });
  await setRetentionRule(scope, { dataClass: 'conversations', keepDays: 365 });

  expect(await applyRetention(scope, await ruleOf('conversations'))).toBe(1);
  expect(await left('conversations')).toEqual([fresh, open].sort());
  const [messages] = await sql`select count(*)::int as n from messages where conversation_id = ${gone}`;
  expect(messages).toEqual({ n: 0 });
});

test('a conversation of very many messages goes too, 5,000 of them a statement', async () => {
  const { value } = await aPerson(null);
  const old = await aResolvedTalk(value, Date.parse('2020-01-01T00:00:00Z'));
  await sql`
    insert into messages
    select r.* from messages t, generate_series(1, 11000) as n,
      jsonb_populate_record(t, jsonb_build_object('id', t.id || '_' || n, 'external_id', t.external_id || '/' || n)) as r
    where t.conversation_id = ${old}`;
  await setRetentionRule(scope, { dataClass: 'conversations', keepDays: 365 });
  const owner = singleConnection(ownerUrl);
  await owner`create table removed_at_once (messages integer)`;
  await owner`grant insert on removed_at_once to public`;
  await owner.unsafe(`
    create function note_removed() returns trigger language plpgsql as $$
      begin insert into removed_at_once select count(*) from gone; return null; end $$;
    create trigger noted after delete on messages referencing old table as gone for each statement execute function note_removed()`);

  expect(await applyRetention(scope, await ruleOf('conversations'))).toBe(1);

  expect(await owner`select messages from removed_at_once order by messages`).toEqual(
    [1_001, 5_000, 5_000].map((messages) => ({ messages })),
  );
  await owner.unsafe('drop trigger noted on messages; drop function note_removed; drop table removed_at_once');
  await owner.end();
  const [row] = await sql`select count(*)::int as messages from messages where conversation_id = ${old}`;
  expect(row).toEqual({ messages: 0 });
});

test('who was not heard of for so long is erased, with a certificate; whoever was heard of since is not', async () => {
  await sql`delete from erasures`;
  const old = NOW.getTime() - 4_000 * 86_400_000;
  const [silent, heard] = [await aPerson('SE', old), await aPerson('SE', old)];
  await aVisit(heard.customerId, NOW.getTime() - 86_400_000);
  await setRetentionRule(scope, { dataClass: 'persons', market: 'SE', keepDays: 3_650 });

  expect(await applyRetention(scope, await ruleOf('persons', 'SE'))).toBe(1);
  const [certificate] = await sql`select customer_ids from erasures`;
  expect(certificate).toEqual({ customerIds: [silent.customerId] });
  // Nobody asked for it: who comes back is welcome at once.
  const back = await upsertCustomer(at(NOW.getTime() + 1_000), {
    ...{ source: 'crm', identities: [{ kind: 'email', value: silent.value }] },
  });
  expect(back.isNew).toBe(true);
});

test('the few that are due are found behind thousands that another market keeps, a bounded number of rows a statement', async () => {
  const [fi, de] = [await aPerson('FI'), await aPerson('DE')];
  const when = NOW.getTime() - 500 * 86_400_000;
  await manyVisits(fi.customerId, when, { from: 1, to: 4_500 });
  await manyVisits(de.customerId, when, { from: 4_501, to: 4_503 });
  await setRetentionRule(scope, { dataClass: 'activity', market: 'DE', keepDays: 90 });
  const rule = await ruleOf('activity', 'DE');
  const limit = await limitOf(sql, rule, NOW);

  const looks = [];
  for (let after: PastPlace | null = null; looks.length < 4;) {
    const found: Awaited<ReturnType<typeof findDue>> = await findDue(sql, rule, { limit, after });
    looks.push({ due: found.due.length, reached: found.reached?.id ?? null });
    if (!(after = found.reached)) break;
  }
  expect(looks).toEqual([
    { due: 0, reached: `act_${'2000'.padStart(26, '0')}` },
    { due: 0, reached: `act_${'4000'.padStart(26, '0')}` },
    { due: 3, reached: null },
  ]);

  const counted = { rule, limit };
  expect(await previewRetention(scope)).toEqual([{ ...counted, dueCount: 3, isMore: false }]);
  // Whoever asks has an answer in time: it says that not everything was counted.
  expect(await previewRetention(scope, { countedForMs: 0 })).toEqual([{ ...counted, dueCount: 0, isMore: true }]);
  expect(await applyRetention(scope, rule)).toBe(3);
  expect(await left('activities')).toHaveLength(4_500);
});

test('what a process was killed at is removed by the next one', async () => {
  const { customerId } = await aPerson('FI');
  const when = NOW.getTime() - 500 * 86_400_000;
  await manyVisits(customerId, when, { from: 1, to: 4_500 });
  await setRetentionRule(scope, { dataClass: 'activity', keepDays: 90 });
  const rule = await ruleOf('activity');
  // Its second batch fails as a cut connection does; the first one stands.
  let batches = 0;
  const dying = {
    ...scope,
    db: {
      ...database,
      begin: <T>(work: (tx: never) => Promise<T>) => {
        batches += 1;
        return batches === 2 ? Promise.reject<T>(new Error('killed')) : database.begin(work as never);
      },
    },
  };

  await expect(applyRetention(dying as never, rule)).rejects.toThrow('killed');
  expect(await left('activities')).toHaveLength(2_500);
  expect(await applyRetention(scope, rule)).toBe(2_500);
});
