import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { startTailer } from '../../src/live/tailer.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import type { JournalEvent } from '../../src/services/events/read-events.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import type { TransactionScope } from '../../src/services/scope.ts';
import { CONTEXT_SECTIONS, type ContextState } from '../../src/values/context-packet.ts';
import type { EventType } from '../../src/values/event-types.ts';
import type { CustomerId } from '../../src/values/ids.ts';
import { factsOf } from '../support/orders.ts';
import { aScope } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
/** The statements that read contexts. */
const statements: string[] = [];
/** Is waited for before a context is read. */
let beforeRead: (() => Promise<void>) | null = null;
const hot = new Proxy(database.hot, {
  get(real, name) {
    const member: unknown = Reflect.get(real, name, real);
    if (name !== 'unsafe') return member;
    return (...given: unknown[]) => {
      const read = async () => {
        statements.push(String(given[0]));
        await beforeRead?.();
        return (member as (...all: unknown[]) => Promise<unknown>).apply(real, given);
      };
      return Object.assign(read(), { cancel: () => undefined });
    };
  },
});
const delivered: JournalEvent[] = [];
const heard = (customerId: CustomerId) =>
  delivered.flatMap(({ type, details }) => (details['customerId'] === customerId && details['told'] ? type : []));
const edge = await openLiveEdge({
  startBackbone: (its, options) =>
    startTailer(its, {
      ...options,
      onBatch(batch) {
        options.onBatch(batch);
        delivered.push(...batch.events);
      },
    }),
  ...{ database: { ...database, hot }, installation: await readInstallation(sql), subscriptions: SUBSCRIPTIONS },
  ...{ log: pino({ level: 'silent' }), checkpointIntervalMs: 60_000, stalledReaderMs: 10_000 },
  ...{ onViewerEvent: () => undefined, contextCache: { entries: 0, megabytes: 1 } },
});
afterAll(() => edge.close());
const scope = aScope(database, 'admin');

let count = 0;
/** A person with an order and a basket, whose total and source say the same number. */
async function aBuyer(): Promise<CustomerId> {
  const nth = (count += 1);
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${nth}@example.com`, source: 'shop' }),
  );
  await recordOrderFacts(scope, [factsOf(`P-${nth}`, customerId).placed()]);
  await sql`
    insert into baskets (customer_id, activity_id, lines, changed_at, source, updated_at)
    values (${customerId}, ${`act_${nth}`}, '[]'::jsonb, now(), '3000', now())`;
  return customerId;
}

type Payload = { cursor: string; packet: (ContextState & { causes: { type: string }[] }) | null };

async function watch(customerId: CustomerId) {
  const reader = new SinkReader<Payload>({
    ...{ field: 'contextPackets', args: { customerId }, sections: CONTEXT_SECTIONS, shareKey: customerId },
  });
  await edge.open(reader.operation, reader);
  await until(() => reader.payloads.length, Boolean);
  return { shown: () => reader.payloads.flatMap(({ packet }) => packet ?? []) };
}

function tell(tx: TransactionScope, customerId: CustomerId, type: EventType) {
  recordFact(tx, { type, streams: [stream.customer(customerId)], details: { customerId, told: true } });
}
const change = (customerId: CustomerId, types: readonly EventType[], number?: number) =>
  atomically(scope, async (tx) => {
    if (number !== undefined) {
      await tx.db.sql`update orders set total_minor = ${number} where customer_id = ${customerId}`;
      await tx.db.sql`update baskets set source = ${String(number)} where customer_id = ${customerId}`;
    }
    for (const type of types) tell(tx, customerId, type);
  });
const numbersIn = ({ orders, basket }: ContextState) => [orders[0]!.total.amountMinor, Number(basket!.source)];

test('an event has read anew what it may change, and leaves the rest as it was read', async () => {
  const customerId = await aBuyer();
  const reader = await watch(customerId);

  // What no event told of is looked for with the next one that may be about it.
  await change(customerId, [], 4_000);
  await change(customerId, ['note.added']);
  await until(
    () => reader.shown().at(-1)!.causes[0]?.type,
    (type) => type === 'note.added',
  );
  const afterNote = reader.shown().at(-1)!;
  await change(customerId, ['order.updated']);
  await until(
    () => reader.shown().at(-1)!.causes[0]?.type,
    (type) => type === 'order.updated',
  );
  const afterOrder = reader.shown().at(-1)!;
  await change(customerId, ['customer.linked']);
  await until(
    () => reader.shown().at(-1)!.causes[0]?.type,
    (type) => type === 'customer.linked',
  );

  expect(numbersIn(afterNote)).toEqual([3_000, 3_000]);
  expect(numbersIn(afterOrder)).toEqual([4_000, 3_000]);
  expect(numbersIn(reader.shown().at(-1)!)).toEqual([4_000, 4_000]);
  expect(afterNote.version + 1).toBe(afterOrder.version);
});

test('of a state that was let go the rest is joined with what is read anew', async () => {
  const customerId = await aBuyer();
  const reader = await watch(customerId);
  const partsOf = (statement: string) => [...statement.matchAll(/\bone\.(\w+)/g)].map(([, part]) => part);

  let number = 3_000;
  let basketBefore = 0;
  const parts = await until(
    async () => {
      number += 1;
      basketBefore = numbersIn(reader.shown().at(-1)!)[1]!;
      await change(customerId, ['order.updated'], number);
      await until(
        () => numbersIn(reader.shown().at(-1)!)[0],
        (total) => total === number,
      );
      return partsOf(statements.at(-1)!);
    },
    (read) => read.length === 4,
    60_000,
    // It is let go when nothing happens for a while.
    3_000,
  );

  expect(parts).toEqual(['person', 'conversations', 'orders', 'stock']);
  // No event told of the basket.
  expect(numbersIn(reader.shown().at(-1)!)).toEqual([number, basketBefore]);
  expect(basketBefore).toBeLessThan(number);
});

test.each([
  ['before anybody hears of it', false],
  ['and is heard of', true],
] as const)(
  'a packet shows all of a transaction or nothing, when it is committed just before a part is read %s',
  async (_, isHeard) => {
    const customerId = await aBuyer();
    const reader = await watch(customerId);
    beforeRead = async () => {
      beforeRead = null;
      await change(customerId, ['order.updated', 'activity.recorded'], 5_000);
      if (isHeard)
        await until(
          () => heard(customerId),
          (types) => types.at(-1) === 'activity.recorded' && types.length === 3,
        );
    };

    await change(customerId, ['activity.recorded']);
    await until(
      () => numbersIn(reader.shown().at(-1)!)[0],
      (total) => total === 5_000,
    );

    expect(
      reader
        .shown()
        .map(numbersIn)
        .filter(([total, source]) => total !== source),
    ).toEqual([]);
    expect(beforeRead).toBeNull();
  },
);
