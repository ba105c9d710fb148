import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { singleConnection } from '../../../src/database/single-connection.ts';
import { mergeCustomers } from '../../../src/services/context/merge-customers.ts';
import { NOTHING_KNOWN, readContext } from '../../../src/services/context/read-context.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { unmergeCustomer } from '../../../src/services/conversations/unmerge-customer.ts';
import { setTraits } from '../../../src/services/customers/set-traits.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { erasePerson } from '../../../src/services/persons/erase-person.ts';
import { setConsents } from '../../../src/services/privacy/set-consents.ts';
import { keepSegments } from '../../../src/services/segments/keep-segments.ts';
import { membersOfSegments, segmentById, segmentsOfPersons } from '../../../src/services/segments/read-segments.ts';
import { readSubjects } from '../../../src/services/segments/read-subjects.ts';
import { createSegment, deleteSegment, updateSegment } from '../../../src/services/segments/write-segment.ts';
import type { CustomerId, SegmentId } from '../../../src/values/ids.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { belongs, type SegmentFilter, type SegmentSubject } from '../../../src/values/segments.ts';
import { journalOf } from '../../support/journal.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, ownerUrl } = await withDatabase();
const scope = aScope(database, 'admin');
const installation = await readInstallation(sql);
const page = { first: 100, after: null };

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'sms', channel: 'sms', name: 'Text messages', market: 'FI' });
});

let count = 0;
const fresh = (prefix: string) => `${prefix}-${(count += 1)}`;
async function aPerson(profile: { language?: string; market?: string } = {}): Promise<CustomerId> {
  const identities = [{ kind: 'loyalty_id' as const, value: fresh('card') }];
  return (await upsertCustomer(scope, { identities, source: 'crm', profile, occurredAt: scope.now })).personId;
}
async function settle(): Promise<void> {
  while (await keepSegments(scope, installation));
}
const membersOf = async (segmentId: SegmentId) =>
  (await membersOfSegments(scope, [segmentId], page))[0]!.nodes.map(({ id }) => id).sort();
const packetOf = async (id: CustomerId) =>
  (await readContext(scope, id, { sections: ['profile'], contexts: NOTHING_KNOWN }))!.profile.segments;
const isVip: SegmentFilter = { trait: { key: 'vip', boolean: true } };
const say = (id: string, key: string, value: boolean | number | string | null) => {
  const kind = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'text';
  const trait = value === null ? null : ({ kind, value } as never);
  return setTraits(scope, id, [
    { key, trait, source: 'crm', occurredAt: new Date(scope.now.getTime() + (count += 1)) },
  ]);
};
async function order(customerId: CustomerId, totalMinor: number): Promise<void> {
  const facts = factsOf(fresh('S'), customerId);
  await recordOrderFacts(scope, [facts.placed({ totalMinor })]);
}
const memberEvents = async (customerId: string) =>
  (await journalOf(sql, `customer:${customerId}`)).flatMap(({ type, details }) =>
    type.startsWith('customer.segment') ? [`${type} ${String(details['segmentId'])}`] : [],
  );

test('who fulfils the filter belongs to it: who was there before, who changes, and no more who changes back', async () => {
  const [before, other] = [await aPerson(), await aPerson()];
  await say(before, 'vip', true);

  const id = await createSegment(scope, { name: 'VIP', filter: isVip });
  expect(await segmentById(scope, id)).toMatchObject({ isComplete: false, examined: 0, version: 1 });
  await settle();

  expect(await membersOf(id)).toEqual([before]);
  expect(await segmentById(scope, id)).toMatchObject({ isComplete: true, examined: 2, toExamine: 2 });
  await say(other, 'vip', true);
  await say(before, 'vip', null);
  await settle();
  expect(await membersOf(id)).toEqual([other]);
  expect(await memberEvents(before)).toEqual([`customer.segment_entered ${id}`, `customer.segment_left ${id}`]);
  expect(await packetOf(other)).toMatchObject([{ id, name: 'VIP' }]);
  expect(await packetOf(before)).toEqual([]);
  // Nothing happened: nothing is done.
  const told = (await journalOf(sql)).length;
  await settle();
  expect(await journalOf(sql)).toHaveLength(told);
});

test('what filters ask of a person is taken together over all their ids, without cancelled orders', async () => {
  const [a, b] = [await aPerson({ language: 'fi', market: 'FI' }), await aPerson({ language: 'sv' })];
  await say(a, 'age', 40);
  await say(b, 'age', 41);
  await order(a, 1_000);
  await order(b, 2_500);
  const cancelled = factsOf(fresh('S'), a);
  await recordOrderFacts(scope, [
    cancelled.placed({ totalMinor: 9_000 }),
    { ...cancelled.placed(), kind: 'order_cancelled', sourceEventId: fresh('c'), reason: 'changed mind' } as never,
  ]);
  await setConsents(scope, a, [{ purpose: 'marketing', channel: 'email', state: 'granted', source: 'form' }]);
  await setConsents(scope, b, [{ purpose: 'marketing', channel: 'email', state: 'withdrawn', source: 'form' }]);
  const text = `+35845${String(4_000_000 + (count += 1))}`;
  const { customerId: c } = await receiveMessage(scope, {
    ...{
      inbox: 'sms',
      sender: { kind: 'phone', value: text },
      externalId: fresh('m'),
      text: 'Hi',
      occurredAt: scope.now,
    },
  });
  await mergeCustomers(scope, [a, b, c]);

  expect([...(await readSubjects(sql, [a, b, c]))]).toEqual([
    [
      a,
      {
        ...{ language: 'fi', market: 'FI', preferredChannel: null, customerSince: '2026-11-20T12:00:00+00:00' },
        traits: { age: 41 },
        orders: { count: 2, value: { EUR: 3_500 }, lastPlacedAt: '2026-11-18T10:00:00+00:00' },
        consents: [{ purpose: 'marketing', channel: 'email', state: 'withdrawn' }],
        ...{ channels: ['sms'], identityKinds: ['loyalty_id', 'phone'] },
      },
    ],
  ]);
});

test('each condition asks what it says', async () => {
  const subject: SegmentSubject = {
    ...{ language: 'fi', market: null, preferredChannel: 'email', customerSince: '2026-03-01T00:00:00.000Z' },
    traits: { tier: 'gold', score: 7, vip: false, renewed: '2026-05-01T00:00:00.000Z' },
    orders: { count: 2, value: { EUR: 3_500 }, lastPlacedAt: '2026-11-01T10:00:00.000Z' },
    consents: [{ purpose: 'marketing', channel: null, state: 'granted' }],
    ...{ channels: ['sms'], identityKinds: ['email', 'phone'] },
  };
  const yes: SegmentFilter[] = [
    { trait: { key: 'tier', textIn: ['silver', 'gold'] } },
    { trait: { key: 'tier', isKnown: true } },
    { trait: { key: 'nothing', isKnown: false } },
    { trait: { key: 'score', numberAtLeast: 7, numberAtMost: 7 } },
    { trait: { key: 'vip', boolean: false } },
    { trait: { key: 'renewed', from: '2026-05-01T00:00:00.000Z', until: '2026-05-01T00:00:00.001Z' } },
    { languageIn: ['sv', 'fi'] },
    { not: { marketIn: ['FI'] } },
    { preferredChannelIn: ['email'] },
    { customerSince: { from: '2026-03-01T00:00:00.000Z' } },
    { orders: { countAtLeast: 2, countAtMost: 2, valueAtLeast: { amountMinor: 3_500, currency: 'EUR' } } },
    { orders: { valueAtMost: { amountMinor: 0, currency: 'SEK' } } },
    { orders: { lastPlaced: { from: '2026-11-01T00:00:00.000Z' } } },
    { consent: { purpose: 'marketing', stateIn: ['granted'] } },
    { reachableOn: ['whatsapp', 'sms'] },
    { knownBy: ['phone'] },
    { and: [{ knownBy: ['phone'] }, { or: [{ knownBy: ['loyalty_id'] }, { languageIn: ['fi'] }] }] },
  ];
  const no: SegmentFilter[] = [
    { trait: { key: 'tier', textIn: ['Gold'] } },
    { trait: { key: 'tier', numberAtLeast: 0 } },
    { trait: { key: 'tier', isKnown: false } },
    { trait: { key: 'score', numberAtLeast: 7.5 } },
    { trait: { key: 'toString', isKnown: true } },
    { trait: { key: 'renewed', until: '2026-05-01T00:00:00.000Z' } },
    { trait: { key: 'tier', from: '1970-01-01T00:00:00.000Z' } },
    { marketIn: ['FI'] },
    { customerSince: { until: '2026-03-01T00:00:00.000Z' } },
    { orders: { countAtMost: 1 } },
    { orders: { valueAtLeast: { amountMinor: 1, currency: 'SEK' } } },
    { consent: { purpose: 'marketing', channel: 'email', stateIn: ['granted'] } },
    { reachableOn: ['email'] },
    { knownBy: ['loyalty_id'] },
    { and: [{ languageIn: ['fi'] }, { knownBy: ['loyalty_id'] }] },
  ];
  for (const filter of yes) expect([filter, belongs(filter, subject)]).toEqual([filter, true]);
  for (const filter of no) expect([filter, belongs(filter, subject)]).toEqual([filter, false]);
  // Who does not want to be sorted is not.
  const refusing: SegmentSubject = {
    ...subject,
    consents: [{ purpose: 'profiling', channel: 'email', state: 'withdrawn' }],
  };
  for (const filter of yes) expect(belongs(filter, refusing)).toBe(false);
});

type Act =
  | { readonly act: 'vip'; readonly of: readonly [number]; readonly value: boolean | null }
  | { readonly act: 'order' | 'part' | 'consent' | 'write'; readonly of: readonly [number] }
  | { readonly act: 'join'; readonly of: readonly [number, number] }
  | { readonly act: 'keep'; readonly of: readonly [] };
const PEOPLE = 5;
const someone = fc.nat({ max: PEOPLE - 1 });
const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    act: fc.constant('vip' as const),
    of: fc.tuple(someone),
    value: fc.constantFrom(true, false, null),
  }),
  fc.record({
    act: fc.constantFrom('order' as const, 'part' as const, 'consent' as const, 'write' as const),
    of: fc.tuple(someone),
  }),
  fc.record({ act: fc.constant('join' as const), of: fc.tuple(someone, someone) }),
  fc.record({ act: fc.constant('keep' as const), of: fc.constant([] as const) }),
);
const unlessRefused = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });

test('whatever changes, merges and parts, who belongs to a segment is who fulfils its filter, and the journal says how it came to that', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAct, { minLength: 5, maxLength: 25 }), async (acts) => {
      const ids: CustomerId[] = [];
      for (let i = 0; i < PEOPLE; i += 1) ids.push(await aPerson());
      const phones = ids.map(() => `+35846${String(5_000_000 + (count += 1))}`);
      const filters: SegmentFilter[] = [
        isVip,
        { not: { orders: { countAtLeast: 1 } } },
        { or: [{ orders: { valueAtLeast: { amountMinor: 2_000, currency: 'EUR' } } }, { reachableOn: ['sms'] }] },
      ];
      const segmentIds: SegmentId[] = [];
      for (const filter of filters) segmentIds.push(await createSegment(scope, { name: fresh('segment'), filter }));
      const run = async (each: Act) => {
        const [id, other] = each.of.map((place) => ids[place]!) as [CustomerId, CustomerId];
        if (each.act === 'vip') await say(id, 'vip', each.value);
        else if (each.act === 'order') await order(id, 1_000);
        else if (each.act === 'consent')
          await setConsents(scope, id, [{ purpose: 'profiling', state: 'withdrawn', source: 'form' }]);
        else if (each.act === 'write')
          await receiveMessage(scope, {
            ...{ inbox: 'sms', externalId: fresh('m'), text: 'Hi', occurredAt: scope.now },
            sender: { kind: 'phone', value: phones[each.of[0]]! },
          });
        else if (each.act === 'part') await unlessRefused(unmergeCustomer(scope, id));
        else if (each.act === 'join') await unlessRefused(mergeCustomers(scope, [id, other]));
        else await keepSegments(scope, installation);
      };
      const waiting = [...acts];
      const lane = async () => {
        for (let act = waiting.shift(); act; act = waiting.shift()) await run(act);
      };
      await Promise.all([lane(), lane(), lane()]);
      await settle();

      const subjects = await readSubjects(
        sql,
        (await sql<{ id: string }[]>`select id from customers`).map(({ id }) => id),
      );
      const events = await journalOf(sql);
      for (const [i, filter] of filters.entries()) {
        const segmentId = segmentIds[i]!;
        const fulfil = [...subjects].flatMap(([id, subject]) => (belongs(filter, subject) ? [id] : [])).sort();
        const rows = await sql<{ customerId: string }[]>`
          select customer_id from segment_members where segment_id = ${segmentId} order by customer_id`;
        expect(rows.map(({ customerId }) => customerId)).toEqual(fulfil);
        const told = new Set<unknown>();
        for (const { type, details } of events) {
          if (details['segmentId'] !== segmentId) continue;
          if (type === 'customer.segment_entered') {
            expect(told.has(details['customerId'])).toBe(false);
            told.add(details['customerId']);
          } else if (type === 'customer.segment_left') expect(told.delete(details['customerId'])).toBe(true);
        }
        expect([...told].sort()).toEqual(fulfil);
        await deleteSegment(scope, segmentId);
      }
      await settle();
    }),
    { numRuns: 12 },
  );
});

test('many at work at once and a place that is lost change nothing: each is let in once', async () => {
  await sql`
    insert into customers (id, display_name, market, created_at, updated_at)
    select 'cus_many' || lpad(i::text, 22, '0'), null, 'XX', now(), now() from generate_series(1, 1234) as i`;
  const id = await createSegment(scope, { name: fresh('segment'), filter: { marketIn: ['XX'] } });
  const work = async () => {
    for (let i = 0; i < 40; i += 1) await keepSegments(scope, installation);
  };

  await Promise.all([work(), work(), work()]);
  await settle();

  const entered = (await journalOf(sql)).filter(
    ({ type, details }) => type === 'customer.segment_entered' && details['segmentId'] === id,
  );
  expect(new Set(entered.map(({ details }) => details['customerId'])).size).toBe(1_234);
  expect(entered).toHaveLength(1_234);
  expect(await segmentById(scope, id)).toMatchObject({ isComplete: true });
  // What happened since the last look is not in the journal any more.
  await sql`update segment_place set cursor = 'none of ours'`;
  await sql`update customers set market = 'YY' where id = ${'cus_many' + '1'.padStart(22, '0')}`;
  await settle();
  expect((await sql`select 1 from segment_members where segment_id = ${id}`).length).toBe(1_233);
});

test('whoever changes a segment waits for no work on segments, and what was at work with the old filter counts for nothing', async () => {
  const [kept, gone] = [
    await createSegment(scope, { name: fresh('Kept'), filter: { trait: { key: 'gold', boolean: true } } }),
    await createSegment(scope, { name: fresh('Gone'), filter: { trait: { key: 'gold', boolean: true } } }),
  ];
  const [vip, plain] = [await aPerson(), await aPerson()];
  await say(vip, 'gold', true);
  await say(plain, 'gold', false);
  // The work knows the filters by then and waits, because nobody may enter.
  const owner = singleConnection(ownerUrl);
  await owner`begin`;
  await owner`lock table segment_members in share mode`;
  const working = settle();
  await until(
    () => owner`select 1 from pg_locks where relation = 'segment_members'::regclass and not granted`,
    (waiting) => waiting.length > 0,
  );
  await updateSegment(scope, kept, { filter: { trait: { key: 'gold', boolean: false } } });
  await deleteSegment(scope, gone);
  await createSegment(scope, { name: fresh('New'), filter: { trait: { key: 'gold', boolean: true } } });
  await owner`commit`;
  await owner.end();
  await working;
  await settle();

  expect(await membersOf(kept)).toEqual([plain]);
  const left = await sql`select customer_id from segment_members where segment_id = ${gone}`;
  expect(left).toEqual([]);
});

test('another filter looks at everybody again, another name at nobody; a deleted segment is left by everybody', async () => {
  const [fi, sv] = [await aPerson({ language: 'fi' }), await aPerson({ language: 'sv' })];
  const name = fresh('segment');
  const id = await createSegment(scope, {
    name,
    filter: { and: [{ languageIn: ['fi'] }, { knownBy: ['loyalty_id'] }] },
  });
  await settle();
  expect(await membersOf(id)).toContain(fi);

  await updateSegment(scope, id, { name: `${name} x` }, 1);
  expect(await segmentById(scope, id)).toMatchObject({ name: `${name} x`, isComplete: true, version: 2 });
  await expect(updateSegment(scope, id, { name }, 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  await updateSegment(scope, id, { filter: { languageIn: ['sv'] } });
  expect(await segmentById(scope, id)).toMatchObject({ isComplete: false, examined: 0, toExamine: null });
  await settle();
  const members = await membersOf(id);
  expect([members.includes(fi), members.includes(sv)]).toEqual([false, true]);
  expect((await segmentsOfPersons(scope, [sv]))[0]!.map(({ segment }) => segment.id)).toContain(id);

  await expect(createSegment(scope, { name: `${name} X`, filter: isVip })).rejects.toMatchObject({
    code: 'NAME_TAKEN',
  });
  await deleteSegment(scope, id);
  expect(await segmentById(scope, id)).toBeNull();
  expect((await segmentsOfPersons(scope, [sv]))[0]!.map(({ segment }) => segment.id)).not.toContain(id);
  await createSegment(scope, { name: `${name} X`, filter: isVip });
  await settle();
  expect(await sql`select 1 from segments where id = ${id}`).toHaveLength(0);
  expect((await memberEvents(sv)).at(-1)).toBe(`customer.segment_left ${id}`);
  await expect(deleteSegment(scope, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('an erased person is in no segment, and nothing of them comes back', async () => {
  const person = await aPerson();
  await say(person, 'vip', true);
  const id = await createSegment(scope, { name: fresh('segment'), filter: isVip });
  await settle();
  expect(await membersOf(id)).toContain(person);
  await say(person, 'vip', false);
  await erasePerson(scope, person, { suppressionDays: 1 });
  expect(await sql`select 1 from segment_members where customer_id = ${person}`).toHaveLength(0);
  await settle();
  expect(await membersOf(id)).not.toContain(person);
});

describe('a filter that makes no sense is refused with the place at fault', () => {
  const deep = (levels: number): SegmentFilter => (levels === 0 ? isVip : { not: deep(levels - 1) });
  test.each<[string, SegmentFilter, string[]]>([
    ['nothing', {}, []],
    ['two things', { languageIn: ['fi'], marketIn: ['FI'] }, []],
    ['nothing in a list', { and: [] }, ['and']],
    ['nothing in a list below', { or: [{ languageIn: [] }] }, ['or', '0', 'languageIn']],
    ['too deep', deep(8), Array<string>(8).fill('not')],
    ['too much', { or: Array.from({ length: 100 }, () => isVip) }, ['or', '99']],
    ['no key', { trait: { key: 'Bad Key', isKnown: true } }, ['trait', 'key']],
    ['nothing of a trait', { trait: { key: 'vip' } }, ['trait']],
    ['two kinds', { trait: { key: 'vip', boolean: true, textIn: ['x'] } }, ['trait']],
    ['known and unknown', { trait: { key: 'vip', isKnown: false, boolean: true } }, ['trait']],
    ['bounds crossed', { orders: { countAtLeast: 3, countAtMost: 2 } }, ['orders']],
    ['no count', { orders: { countAtLeast: -1 } }, ['orders', 'countAtLeast']],
    [
      'no currency',
      { orders: { valueAtLeast: { amountMinor: 1, currency: 'euro' } } },
      ['orders', 'valueAtLeast', 'currency'],
    ],
    ['no span', { customerSince: {} }, ['customerSince']],
    ['nothing of orders', { orders: {} }, ['orders']],
  ])('%s', async (_, filter, field) => {
    const before = await sql`select count(*)::int as count from segments`;
    await expect(createSegment(scope, { name: fresh('segment'), filter })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: ['input', 'filter', ...field],
    });
    expect(await sql`select count(*)::int as count from segments`).toEqual(before);
  });
});
