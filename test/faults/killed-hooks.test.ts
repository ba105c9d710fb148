import { afterAll, beforeEach, expect, test } from 'vitest';

import { aConnector } from '../support/connectors.ts';
import { postHook, signed } from '../support/hooks.ts';
import { holdingOrder } from '../support/holding-order.ts';
import { aServerProcess } from '../support/server-process.ts';
import { withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const { sql } = place;
const shop = await aConnector(place, { dialect: 'facts', name: 'shop' });
const server = await aServerProcess(place.applicationUrl);
afterAll(() => (server.isRunning ? server.end('SIGTERM') : undefined));
beforeEach(() => server.start());
/** Who serves when the other one is gone. */
const survivor = await withApp(place);

/** What the shop sends, and sends again until it is told that it was taken: the same bytes under the same id. */
function aDelivery(number: string) {
  const order = { number };
  const body = JSON.stringify({
    facts: [
      {
        ...{ type: 'order.placed', id: `${number} placed`, occurredAt: '2026-11-20T10:00:00Z', order, currency: 'EUR' },
        ...{ customer: { email: 'anna@example.com' }, totalMinor: 2_500 },
        lines: [{ id: 'l1', sku: 'LAMP', title: 'Lamp', quantity: 1, unitPriceMinor: 2_500 }],
      },
      {
        ...{ type: 'payment.recorded', id: `${number} paid`, occurredAt: '2026-11-20T10:01:00Z', order },
        payment: { id: 'p1', method: 'card', amountMinor: 2_500, currency: 'EUR' },
      },
    ],
  });
  const headers = signed(shop.secret, body, { id: `delivery-${number}` });
  return ({ url }: { readonly url: string }) =>
    postHook(`${url}${shop.path}`, headers, body).then(
      ({ status, body: answer }) => ({ status, answer }),
      () => ({ status: 0, answer: null }),
    );
}
const stored = async (number: string) => {
  const [row] = await sql`
    select (select count(*)::int from orders where number = ${number}) as orders,
      (select count(*)::int from order_facts where order_number = ${number}) as facts,
      (select count(*)::int from payments p join orders o on o.id = p.order_id where o.number = ${number}) as payments,
      (select count(*)::int from events e where e.type = 'order.recorded' and e.details ->> 'orderId' in (
        select id from orders where number = ${number})) as told`;
  return row;
};
const ONCE = { orders: 1, facts: 2, payments: 1, told: 1 };
const NOTHING = { orders: 0, facts: 0, payments: 0, told: 0 };
const TAKEN = { status: 200, answer: { taken: 2, waiting: 0, quarantined: 0 } };

test('E13: killed between looking at the signature and storing, the shop’s next try has the one effect', async () => {
  const deliver = aDelivery('KILLED-1');
  const held = await holdingOrder(place, 'KILLED-1');
  const first = deliver(server);
  await until(held.waiting, (count) => count > 0);

  await server.end('SIGKILL');
  await held.release();

  expect((await first).status).not.toBe(200);
  expect(await stored('KILLED-1')).toEqual(NOTHING);
  expect(await deliver(survivor)).toEqual(TAKEN);
  expect(await stored('KILLED-1')).toEqual(ONCE);
});

test('E13: killed between storing and answering, the shop’s next try is answered as the first would have been, and changes nothing', async () => {
  const deliver = aDelivery('KILLED-2');
  const first = deliver(server);
  await until(
    () => stored('KILLED-2'),
    (row) => row?.['orders'] === 1,
  );

  await server.end('SIGKILL');

  // Whether the answer got out before: a shop that did not hear it sends again.
  await first;
  expect(await deliver(survivor)).toEqual(TAKEN);
  expect(await stored('KILLED-2')).toEqual(ONCE);
});
