import fc from 'fast-check';
import { expect, test } from 'vitest';

import { mergeConversation } from '../../../../src/services/conversations/merge-conversation.ts';
import { sendMessage } from '../../../../src/services/conversations/send-message.ts';
import { unmergeCustomer } from '../../../../src/services/conversations/unmerge-customer.ts';
import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { addIdentity } from '../../../../src/services/customers/add-identity.ts';
import { joinPersons } from '../../../../src/services/customers/merging/join-persons.ts';
import { partPerson } from '../../../../src/services/customers/merging/part-person.ts';
import { customersByIds } from '../../../../src/services/customers/read-customers.ts';
import { setPreferences } from '../../../../src/services/customers/set-preferences.ts';
import { upsertCustomer } from '../../../../src/services/customers/upsert-customer.ts';
import { atomically } from '../../../../src/services/events/atomically.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../../src/services/intake/receive-messages.ts';
import type { ConversationId } from '../../../../src/values/ids.ts';
import { Refusal } from '../../../../src/values/refusal.ts';
import { journalOf, type Told } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail', market: 'FI' });

let count = 0;
const addressOf = new Map<string, string>();
async function aCustomer(): Promise<string> {
  const value = `merged-${(count += 1)}@example.com`;
  const { customerId } = await upsertCustomer(scope, { identities: [{ kind: 'email', value }], source: 'test' });
  addressOf.set(customerId, value);
  return customerId;
}
const several = (many: number) => Promise.all(Array.from({ length: many }, aCustomer));
const join = (...ids: string[]) => atomically(scope, (tx) => joinPersons(tx, ids, { reason: 'staff' }));
const part = (id: string) => atomically(scope, (tx) => partPerson(tx, id));
const personOf = async (id: string) => (await customersByIds(scope, [id]))[0]!.id;
const personsOf = async (ids: readonly string[]) => (await customersByIds(scope, ids)).map((customer) => customer!.id);
const message = (customerId: string) => ({
  inbox: 'mail',
  sender: { kind: 'email' as const, value: addressOf.get(customerId)! },
  externalId: `said-${(count += 1)}`,
  text: 'Hello',
  occurredAt: scope.now,
});

test('a merge names the survivor on the stream that ends and on the one that goes on; all old ids are that person', async () => {
  const [a, b, c] = (await several(3)) as [string, string, string];

  const first = await join(a, b);
  const second = await join(c, b);

  expect(first).toEqual({ personId: a, mergedIds: [b] });
  expect(second).toEqual({ personId: c, mergedIds: [a] });
  expect(await personsOf([a, b, c])).toEqual([c, c, c]);
  expect((await journalOf(sql, `customer:${b}`)).at(-1)).toMatchObject({
    type: 'customer.merged',
    streams: [`customer:${a}`, `customer:${b}`],
    details: { customerId: a, mergedId: b, reason: 'staff' },
  });
  expect((await journalOf(sql, `customer:${a}`)).at(-1)).toMatchObject({
    type: 'customer.merged',
    streams: [`customer:${c}`, `customer:${a}`],
  });
});

test('who is one person already is not merged again, and nothing is told', async () => {
  const [a, b] = (await several(2)) as [string, string];
  await join(a, b);
  const told = (await journalOf(sql)).length;

  expect(await join(b, a)).toEqual({ personId: a, mergedIds: [] });
  expect(await journalOf(sql)).toHaveLength(told);
});

test('somebody unknown among them is refused by place, and nobody is merged', async () => {
  const [a, b] = (await several(2)) as [string, string];

  await expect(join(a, b, 'cus_00000000000000000000000000')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    field: ['ids', '2'],
  });
  expect(await personsOf([a, b])).toEqual([a, b]);
});

test('who leaves takes along whoever had been joined with them before, and their stream goes on at its next version', async () => {
  const [a, b, c, d] = (await several(4)) as [string, string, string, string];
  await join(b, c);
  await join(a, b);
  await join(a, d);
  const ended = (await journalOf(sql, `customer:${b}`)).length;

  const parted = await part(b);

  expect(parted).toMatchObject({ personId: a, leaverId: b });
  expect([...parted.leftIds].sort()).toEqual([b, c].sort());
  expect(await personsOf([a, b, c, d])).toEqual([a, b, b, a]);
  const [event] = (await journalOf(sql, `customer:${b}`)).slice(ended);
  expect(event).toMatchObject({ type: 'customer.unmerged', details: { customerId: a, unmergedId: b } });
  expect(event!.versions[event!.streams.indexOf(`customer:${b}`)]).toBe(ended + 1);
  await part(c);
  expect(await personsOf([a, b, c, d])).toEqual([a, b, c, a]);
});

test('a merge of the middle of a chain is taken back where it was made', async () => {
  const [a, b, c] = (await several(3)) as [string, string, string];
  await join(b, a);
  await join(c, b);

  await part(a);

  expect(await personsOf([a, b, c])).toEqual([a, c, c]);
  await join(a, c);
  expect(await personsOf([a, b, c])).toEqual([a, a, a]);
  await part(c);
  expect(await personsOf([a, b, c])).toEqual([a, c, c]);
});

test('who is a person of their own has no merge to take back', async () => {
  const [a, b] = (await several(2)) as [string, string];
  await join(a, b);

  await expect(part(a)).rejects.toMatchObject({ code: 'NOT_MERGED' });
  await expect(part('cus_00000000000000000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await personOf(b)).toBe(a);
});

test('every merge leaves a trace of who made it and who took it back', async () => {
  const [a, b] = (await several(2)) as [string, string];
  await join(a, b);
  await part(b);
  await join(b, a);

  const rows = await sql`
    select person_id, merged_id, reason, merged_by, unmerged_by from merges
    where person_id in ${sql([a, b])} order by unmerged_at nulls last`;
  expect([...rows]).toEqual([
    { personId: a, mergedId: b, reason: 'staff', mergedBy: 'system:test-admin', unmergedBy: 'system:test-admin' },
    { personId: b, mergedId: a, reason: 'staff', mergedBy: 'system:test-admin', unmergedBy: null },
  ]);
});

test('a merge writes the same rows for a person of ten messages and of thousands', async () => {
  const [a, b, c, d] = (await several(4)) as [string, string, string, string];
  const many = Array.from({ length: 1_000 }, () => ({ ...message(b), threadId: 'long' }));
  await receiveMessages(scope, many);
  await receiveMessage(scope, message(d));
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
  const touchedBy = (...ids: string[]) =>
    atomically(scope, async (tx) => {
      await joinPersons(tx, ids, { reason: 'staff' });
      const counts: Record<string, number> = {};
      for (const { name } of tables) {
        const [row] = await tx.db.sql<{ count: number }[]>`
          select count(*)::int from ${tx.db.sql(name)} where xmin = pg_current_xact_id()::xid`;
        if (row!.count > 0) counts[name] = row!.count;
      }
      return counts;
    });

  expect(await touchedBy(a, b)).toEqual({ person_links: 1, merges: 1 });
  expect(await touchedBy(c, d)).toEqual({ person_links: 1, merges: 1 });
});

test('X9: two customers who prove the same phone at once: one has it, the other is told so, and nobody is merged by it', async () => {
  for (let round = 0; round < 20; round += 1) {
    const [a, b] = (await several(2)) as [string, string];
    const identity = {
      kind: 'phone' as const,
      value: `+35844${String(1_000_000 + (count += 1))}`,
      verified: true,
      source: 'code',
    };

    const outcomes = await Promise.allSettled([a, b].map((id) => addIdentity(scope, id, identity)));

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as Refusal).code)).toEqual(['IDENTITY_TAKEN']);
    const owners = await sql<{ customerId: string }[]>`
      select customer_id from identities where kind = 'phone' and normalized = ${identity.value}`;
    const winner = outcomes[0]!.status === 'fulfilled' ? a : b;
    expect(owners.map(({ customerId }) => customerId)).toEqual([winner]);
    expect(await personsOf([a, b])).toEqual([a, b]);
  }
});

type Act =
  | { readonly act: 'join' | 'gather'; readonly of: readonly [number, number] }
  | { readonly act: 'part' | 'say' | 'prefer' | 'answer'; readonly of: readonly [number] };

const PEOPLE = 6;
const someone = fc.nat({ max: PEOPLE - 1 });
const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('join' as const), of: fc.tuple(someone, someone) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('part' as const), of: fc.tuple(someone) }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('say' as const), of: fc.tuple(someone) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('answer' as const), of: fc.tuple(someone) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('gather' as const), of: fc.tuple(someone, someone) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('prefer' as const), of: fc.tuple(someone) }) },
);

/** Who everybody is after these facts, one after the other, in a model that knows nothing of tables. */
function replay(ids: readonly string[], events: readonly Told[]): Map<string, string> {
  const into = new Map<string, string>();
  const rootOf = (id: string): string => (into.has(id) ? rootOf(into.get(id)!) : id);
  for (const { type, details } of events) {
    if (type === 'customer.merged') {
      const [person, merged] = [String(details['customerId']), String(details['mergedId'])];
      expect([rootOf(person), rootOf(merged)], 'only persons are merged').toEqual([person, merged]);
      expect(person).not.toBe(merged);
      into.set(merged, person);
    } else if (type === 'customer.unmerged') {
      const leaver = String(details['unmergedId']);
      expect(rootOf(leaver), 'who leaves belonged to that person').toBe(details['customerId']);
      into.delete(leaver);
    } else expect(rootOf(String(details['customerId']))).toBe(details['customerId']);
  }
  return new Map(ids.map((id) => [id, rootOf(id)]));
}

const newestOf = async (customerId: string): Promise<ConversationId | undefined> =>
  (
    await sql<{ id: ConversationId }[]>`
      select id from conversations where customer_id = ${customerId} and merged_into_id is null
      order by last_message_at desc, id desc limit 1`
  )[0]?.id;

/** A race may be lost: then it was refused, and nothing is half done. */
async function unlessRefused(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

test('X8: merges along chains, in circles and both directions at once, messages and unmerges meanwhile: one root, nothing lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAct, { minLength: 12, maxLength: 40 }), async (acts) => {
      const ids = await several(PEOPLE);
      const mine = (name: string) => ids.some((id) => name === `customer:${id}`);
      const said: { messageId: string; by: string }[] = [];
      const run = async ({ act, of }: Act) => {
        const [id, other] = of.map((place) => ids[place]!) as [string, string];
        if (act === 'join') await join(id, other);
        else if (act === 'prefer') await setPreferences(scope, id, { language: ['fi', 'sv', 'de'][(count += 1) % 3]! });
        else if (act === 'say') {
          const { messageId } = await receiveMessage(scope, message(id));
          said.push({ messageId, by: id });
        } else if (act === 'part') await unlessRefused(unmergeCustomer(scope, id));
        else {
          const [mine, theirs] = await Promise.all([newestOf(id), newestOf(other ?? id)]);
          if (act === 'answer' && mine) await unlessRefused(sendMessage(scope, mine, 'Hello yourself'));
          else if (mine && theirs && (await personOf(id)) === (await personOf(other)))
            await unlessRefused(mergeConversation(scope, mine, theirs));
        }
      };
      // As many at once as the pool has connections: what is first is for the database to say.
      const waiting = [...acts];
      const lane = async () => {
        for (let act = waiting.shift(); act; act = waiting.shift()) await run(act);
      };
      await Promise.all(Array.from({ length: 6 }, lane));

      const events = (await journalOf(sql)).filter(({ streams }) => streams.some(mine));
      const linksSayIt = await sql<{ memberId: string; personId: string; intoId: string }[]>`
        select member_id, person_id, coalesce(into_id, person_id) as into_id from person_links where member_id in ${sql(ids)}`;
      const members = new Map(linksSayIt.map(({ memberId, personId }) => [memberId, personId]));
      // One root each, no chain, and whom somebody came with belongs to the same person.
      for (const { personId, intoId } of linksSayIt) {
        expect(members.has(personId)).toBe(false);
        expect(members.get(intoId) ?? intoId).toBe(personId);
      }
      expect(await personsOf(ids)).toEqual([...replay(ids, events).values()]);
      // Nothing lost, nothing moved: each message is its sender's, and the persons together have all of them.
      const rows = await sql<{ id: string; customerId: string; personId: string }[]>`
        select m.id, m.customer_id, coalesce(l.person_id, m.customer_id) as person_id
        from messages m left join person_links l on l.member_id = m.customer_id
        where m.customer_id in ${sql(ids)} and m.direction = 'inbound'`;
      expect(new Map(rows.map(({ id, customerId }) => [id, customerId]))).toEqual(
        new Map(said.map(({ messageId, by }) => [messageId, by])),
      );
      expect(rows.every(({ personId }) => !members.has(personId))).toBe(true);
      // What stands in a conversation, where it replies to and whom it leads to are all of one person.
      const strangers = await sql`
        with person as (
          select c.id as customer_id, coalesce(l.person_id, c.id) as id
          from customers c left join person_links l on l.member_id = c.id where c.id in ${sql(ids)}
        ), parts as (
          select m.conversation_id, m.customer_id from messages m
          union select l.conversation_id, e.customer_id from legs l join endpoints e on e.id = l.endpoint_id
          union select c.merged_into_id, c.customer_id from conversations c where c.merged_into_id is not null
        )
        select 1 from parts join conversations c on c.id = parts.conversation_id
          join person owner on owner.customer_id = c.customer_id join person part on part.customer_id = parts.customer_id
        where owner.id <> part.id`;
      expect(strangers).toHaveLength(0);
      const astray = await sql`
        select 1 from messages m join legs l on l.id = m.leg_id join endpoints e on e.id = l.endpoint_id
        where m.customer_id in ${sql(ids)} and (e.customer_id <> m.customer_id or l.conversation_id <> m.conversation_id)`;
      expect(astray).toHaveLength(0);
      const [standing] = await sql<{ count: number }[]>`
        select count(*)::int from merges where merged_id in ${sql(ids)} and unmerged_at is null`;
      expect(standing!.count).toBe(members.size);
      // Streams have no holes, and a profile no two present versions.
      for (const id of ids) {
        const told = events.filter(({ streams }) => streams.includes(`customer:${id}`));
        const versions = told.map(({ streams, versions: of }) => of[streams.indexOf(`customer:${id}`)]);
        expect(versions).toEqual(told.map((_, i) => i + 1));
      }
      const present = await sql`
        select customer_id from customer_versions where customer_id in ${sql(ids)} and valid_to is null
        group by 1 having count(*) <> 1`;
      expect(present).toHaveLength(0);
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
