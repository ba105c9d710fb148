import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import type { InboundMessage } from '../../../src/services/intake/inbound-message.ts';
import type { Receipt } from '../../../src/services/intake/keep-placed.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import type { CustomerId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');

beforeAll(async () => {
  for (const externalId of ['mail', 'other'])
    await ensureInbox(scope, { externalId, channel: 'email', name: externalId, market: 'FI' });
});

let count = 0;
const aName = () => `somebody-${(count += 1)}`;
const addressOf = (name: string) => `${name}@example.com`;

const phoneOf = (name: string) => `+35840${1_000_000 + Number(name.split('-')[1])}`;

/** Customers who are known by an address and a phone number. */
async function knownPersons(many: number): Promise<{ name: string; customerId: CustomerId }[]> {
  const persons = [];
  for (let made = 0; made < many; made += 1) {
    const name = aName();
    const identities = [
      { kind: 'email' as const, value: addressOf(name) },
      { kind: 'phone' as const, value: phoneOf(name) },
    ];
    persons.push({ name, customerId: (await upsertCustomer(scope, { identities, source: 'test' })).customerId });
  }
  return persons;
}

const from = (name: string, but: Partial<InboundMessage> = {}): InboundMessage => ({
  inbox: 'mail',
  sender: { kind: 'email', value: addressOf(name) },
  externalId: aName(),
  text: 'Where is my parcel?',
  occurredAt: new Date('2026-11-20T11:59:00.000Z'),
  ...but,
});

const transactionsOf = async (receipts: readonly Receipt[]) => {
  const rows =
    await sql`select distinct xmin::text as id from messages where id = any (${receipts.map((r) => r.messageId)})`;
  return rows.length;
};

test('messages of many persons that come at once share a few transactions, and each is stored and told of as if it came alone', async () => {
  const persons = await knownPersons(40);

  const receipts = await Promise.all(persons.map(({ name }) => receiveMessage(scope, from(name))));

  expect(receipts.map(({ customerId }) => customerId)).toEqual(persons.map(({ customerId }) => customerId));
  expect(await transactionsOf(receipts)).toBeLessThanOrEqual(4);
  for (const { customerId, conversationId, messageId } of receipts) {
    const told = await journalOf(sql, `customer:${customerId}`);
    expect(told.map(({ type, versions }) => [type, versions])).toEqual([
      ['customer.created', [1]],
      ['identity.added', [2]],
      ['conversation.opened', [3, 1]],
      ['message.received', [4, 2]],
    ]);
    expect(told.at(-1)).toMatchObject({
      streams: [`customer:${customerId}`, `conversation:${conversationId}`],
      details: { messageId, joinedBy: null },
    });
  }
});

const waitingForLocks = async () => {
  const [row] = await sql<{ waiting: number }[]>`
    select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  return row!.waiting;
};

test('so do those whose sender names several identifiers that are one person’s; who names another person’s is weighed as ever', async () => {
  const persons = await knownPersons(20);
  const naming = (phone: string) => ({ identities: [{ kind: 'phone' as const, value: phone }] });

  const receipts = await Promise.all(
    persons.map(({ name }, index) => {
      const phone = phoneOf(index === 0 ? persons[1]!.name : index === 1 ? aName() : name);
      return receiveMessage(scope, from(name, { sender: { kind: 'email', value: addressOf(name), ...naming(phone) } }));
    }),
  );

  expect(receipts.map(({ customerId }) => customerId)).toEqual(persons.map(({ customerId }) => customerId));
  expect(await transactionsOf(receipts)).toBeLessThanOrEqual(6);
  const dropped = await sql`
    select customer_id, kind, reason from dropped_identities where customer_id = any (${persons.map((p) => p.customerId)})`;
  expect(dropped).toEqual([{ customerId: persons[0]!.customerId, kind: 'phone', reason: 'conflict' }]);
  const phones = await sql`select 1 from identities where kind = 'phone' and customer_id = ${persons[1]!.customerId}`;
  expect(phones.length).toBe(2);
});

test('who is busy with one person holds up no message of another', async () => {
  const [busy, free] = await knownPersons(2);
  let held: Promise<Receipt> | undefined;

  await database.begin(async (tx) => {
    await tx`select 1 from customers where id = ${busy!.customerId} for update`;
    held = receiveMessage(scope, from(busy!.name));
    const answered = await Promise.all([receiveMessage(scope, from(free!.name)), receiveMessage(scope, from(aName()))]);
    expect(answered[0].customerId).toBe(free!.customerId);
    await until(waitingForLocks, (waiting) => waiting > 0);
    const rows = await tx`select 1 from messages where customer_id = ${busy!.customerId}`;
    expect(rows.length).toBe(0);
  });

  expect((await held!).customerId).toBe(busy!.customerId);
});

test('one that PostgreSQL refuses is refused alone', async () => {
  const persons = await knownPersons(6);
  const externalId = aName();

  const outcomes = await Promise.allSettled(
    persons.map(({ name }, index) => receiveMessage(scope, from(name, index < 2 ? { externalId } : {}))),
  );

  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['EXTERNAL_ID_REUSED']);
  const stored = await sql<{ count: number }[]>`
    select customer_id, count(*)::int from messages where customer_id = any (${persons.map((p) => p.customerId)}) group by 1`;
  expect(stored.map((row) => row.count)).toEqual([1, 1, 1, 1, 1]);
});

interface Sent {
  readonly person: number;
  readonly id: number;
  readonly kind: 'plain' | 'several' | 'foreign' | 'stop' | 'national' | 'nowhere' | 'thread';
}

const sending: fc.Arbitrary<Sent> = fc.record({
  person: fc.nat(7),
  id: fc.nat(30),
  kind: fc.constantFrom<Sent['kind'][]>(
    ...(['plain', 'plain', 'plain', 'several', 'several', 'foreign', 'stop', 'national', 'nowhere', 'thread'] as const),
  ),
});

test('whatever comes at once, known or new, repeated or refused: what is acknowledged is there once, in order, and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sending, { minLength: 1, maxLength: 40 }), async (sent) => {
      const known = await knownPersons(4);
      const names = [...known.map(({ name }) => name), aName(), aName(), aName(), aName()];
      const run = aName();
      const turn = count;
      const message = ({ person, id, kind }: Sent) =>
        from(names[person]!, {
          externalId: `${run}-${person}-${id}-${kind}`,
          ...(kind === 'several' || kind === 'foreign'
            ? {
                sender: {
                  ...{ kind: 'email' as const, value: addressOf(names[person]!) },
                  identities: [
                    { kind: 'phone' as const, value: phoneOf(names[kind === 'several' ? person : 7 - person]!) },
                  ],
                },
              }
            : {}),
          ...(kind === 'stop' ? { text: 'STOP' } : {}),
          ...(kind === 'nowhere' ? { inbox: 'nowhere' } : {}),
          ...(kind === 'thread' ? { threadId: `${run}-${person}` } : {}),
          ...(kind === 'national'
            ? {
                sender: {
                  kind: 'phone' as const,
                  value: `040 ${1_000_000 + (turn % 9_000) * 1_000 + person * 100 + id}`,
                },
              }
            : {}),
        });
      const letters = sent.map(message);

      const outcomes = await Promise.allSettled(letters.map((letter) => receiveMessage(scope, letter)));

      const acknowledged = new Map<string, Receipt[]>();
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'rejected') expect(sent[index]!.kind).toBe('nowhere');
        else {
          const { externalId } = letters[index]!;
          acknowledged.set(externalId, [...(acknowledged.get(externalId) ?? []), outcome.value]);
        }
      }
      expect(outcomes.filter(({ status }) => status === 'rejected').length).toBe(
        sent.filter(({ kind }) => kind === 'nowhere').length,
      );
      const rows = await sql<{ id: string; externalId: string; customerId: string }[]>`
        select id, external_id, customer_id from messages where external_id like ${`${run}-%`}`;
      expect(rows.map(({ externalId }) => externalId).sort()).toEqual([...acknowledged.keys()].sort());
      for (const { id, externalId } of rows) {
        const receipts = acknowledged.get(externalId)!;
        expect(new Set(receipts.map(({ messageId }) => messageId))).toEqual(new Set([id]));
        expect(receipts.filter(({ isRedelivery }) => !isRedelivery).length).toBe(1);
      }
      const told = (await journalOf(sql)).filter(({ type }) => type === 'message.received');
      const own = told.filter(({ details }) => rows.some(({ id }) => id === details['messageId']));
      expect(own.map(({ details }) => details['messageId']).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
      for (const stream of new Set(own.flatMap(({ streams }) => streams))) {
        const versions = (await journalOf(sql, stream)).map((one) => one.versions[one.streams.indexOf(stream)]);
        expect(versions).toEqual(versions.map((_, index) => index + 1));
      }
    }),
    { numRuns: 15 },
  );
});
