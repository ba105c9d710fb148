import { expect, test } from 'vitest';

import { recordActivities } from '../../../src/services/activity/record-activities.ts';
import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { setTraits } from '../../../src/services/customers/set-traits.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../src/services/intake/receive-messages.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { completeErasure } from '../../../src/services/persons/complete-erasure.ts';
import { erasePerson } from '../../../src/services/persons/erase-person.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { canaryScan } from '../../support/byte-scan.ts';
import { dice } from '../../support/dice.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scopeNow = () => aScope(database, 'admin', { now: new Date() });
const TERMS = { suppressionDays: 90 };
const ROUNDS = 25;

/** Everything through which something new of a person comes, each with the canary in it. */
const DOORS: readonly ((canary: string, n: number) => Promise<unknown>)[] = [
  (canary, n) =>
    receiveMessage(scopeNow(), {
      ...{ inbox: 'mail', externalId: `${canary}-${n}`, text: canary, occurredAt: new Date() },
      sender: { kind: 'email', value: `${canary}@example.com`, displayName: canary },
    }),
  (canary, n) =>
    receiveMessages(scopeNow(), [
      {
        ...{ inbox: 'mail', externalId: `${canary}-t-${n}`, threadId: canary, text: canary, occurredAt: new Date() },
        sender: { kind: 'email', value: `${canary}@example.com` },
      },
    ]),
  (canary, n) =>
    recordActivities(scopeNow(), [
      {
        ...{
          identity: { kind: 'email', value: `${canary}@example.com` },
          source: 'site',
          externalId: `${canary}-${n}`,
        },
        ...{ occurredAt: new Date(), search: { query: canary } },
      },
    ] as never),
  (canary, n) =>
    recordOrderFacts(scopeNow(), [
      {
        ...{
          kind: 'order_placed',
          orderNumber: `${n}-${Math.random()}`,
          source: 'shop',
          sourceEventId: `${n}-${Math.random()}`,
        },
        ...{ occurredAt: new Date(), currency: 'EUR', totalMinor: 1, lines: [], shippingAddress: { line1: canary } },
        identity: { kind: 'email', value: `${canary}@example.com`, displayName: canary },
      },
    ]),
  (canary) =>
    upsertCustomer(scopeNow(), {
      ...{ source: 'crm', profile: { givenName: canary } },
      identities: [{ kind: 'email', value: `${canary}@example.com` }],
    }),
];

const isErased = (error: unknown) => error instanceof Refusal && ['CUSTOMER_ERASED', 'NOT_FOUND'].includes(error.code);

test(`I5, I6: whatever comes in while a person is being erased, ${ROUNDS} times: refused or erased with them, and no error`, async () => {
  await ensureInbox(scopeNow(), { externalId: 'mail', channel: 'email', name: 'Mail' });
  const { roll } = dice(71);
  const canaries: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const canary = `zqrace${round}kanarie`;
    canaries.push(canary);
    const { customerId } = await atomically(scopeNow(), (tx) =>
      identifyCustomer(tx, { kind: 'email', value: `${canary}@example.com`, displayName: canary, source: 'test' }),
    );
    await setTraits(scopeNow(), customerId, [{ key: 'note', trait: { kind: 'text', value: canary }, source: 'crm' }]);
    const pause = () => new Promise((resolve) => setTimeout(resolve, roll(6)));
    const coming = Array.from({ length: 12 }, async (_, n) => {
      await pause();
      return DOORS[n % DOORS.length]!(canary, n).catch((error: unknown) => error);
    });
    await pause();
    const [erasureId, ...answers] = await Promise.all([erasePerson(scopeNow(), customerId, TERMS), ...coming]);
    expect(answers.filter((answer) => answer instanceof Error && !isErased(answer))).toEqual([]);
    await until(
      () => completeErasure(scopeNow(), erasureId, () => Promise.resolve()),
      (became) => became === 'done',
    );
  }

  expect(await canaryScan(canaries).inRows(sql)).toEqual([]);
  const [left] = await sql`select count(*)::int as customers from customers`;
  expect(left).toEqual({ customers: 0 });
}, 60_000);
