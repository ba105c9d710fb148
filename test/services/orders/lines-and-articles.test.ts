import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { learnProducts } from '../../../src/services/orders/learn-products.ts';
import type { OrderFact } from '../../../src/services/orders/order-fact.ts';
import { readOrderLines } from '../../../src/services/orders/read-order-parts.ts';
import { listQuarantinedFacts } from '../../../src/services/orders/read-quarantined-facts.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import type { TransactionScope } from '../../../src/services/scope.ts';
import { aLine, at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');

type Work = (tx: TransactionScope) => Promise<unknown>;

/** Begins the second piece of work when the first one is written and not committed, and commits the first when the second one waits or is over. */
async function overlap(first: Work, second: Work): Promise<void> {
  const written = Promise.withResolvers<void>();
  const mayCommit = Promise.withResolvers<void>();
  const one = atomically(scope, async (tx) => {
    await first(tx);
    written.resolve();
    await mayCommit.promise;
  });
  await written.promise;
  let isOver = false;
  const other = atomically(scope, second).finally(() => (isOver = true));
  await until(
    async () => {
      const [row] = await sql<{ waits: boolean }[]>`
        select exists (
          select from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())
        ) as waits`;
      return isOver || row!.waits;
    },
    (isDecided) => isDecided,
  );
  mayCommit.resolve();
  await Promise.all([one, other]);
}

const aProduct = (sku: string) => ({
  externalId: `product of ${sku}`,
  title: 'Lamp',
  variants: [{ sku, title: 'Lamp', options: {} }],
});

const variantOf = async (sku: string) =>
  (await sql<{ id: string }[]>`select id from variants where sku = ${sku}`)[0]!.id;

async function anOrder(number: string) {
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `${number}@example.com`, source: 'shop' }),
  );
  return factsOf(number, customerId);
}

test.each(['order', 'article'] as const)(
  'an order and its article, stored at one moment, are joined: the %s first',
  async (first) => {
    const sku = `LAMP-${first}-first`;
    const facts = await anOrder(first);
    const order: Work = (tx) => recordOrderFacts(tx, [facts.placed({ lines: [aLine('1', { sku })] })]);
    const article: Work = (tx) => learnProducts(tx, [aProduct(sku)]);

    await (first === 'order' ? overlap(order, article) : overlap(article, order));

    const { orderIds } = await recordOrderFacts(scope, [facts.placed({ lines: [aLine('1', { sku })] })]);
    expect(await readOrderLines(scope, orderIds)).toMatchObject([{ sku, variantId: await variantOf(sku) }]);
  },
);

test.each(['change', 'article'] as const)(
  'lines that change to an article which comes at the same moment are not kept apart for it: the %s first',
  async (first) => {
    const sku = `CHAIR-${first}-first`;
    const facts = await anOrder(`changed-${first}`);
    const known = `KNOWN-${first}`;
    await learnProducts(scope, [aProduct(known)]);
    const { orderIds } = await recordOrderFacts(scope, [facts.placed({ lines: [aLine('1', { sku: known })] })]);
    const changed: OrderFact = {
      ...{
        orderNumber: `changed-${first}`,
        source: 'shop',
        sourceEventId: `changed-${first}/lines`,
        occurredAt: at('10:30'),
      },
      ...{ kind: 'lines_changed', lines: [aLine('1', { sku })], totalMinor: 3_000 },
    };
    const change: Work = (tx) => recordOrderFacts(tx, [changed]);
    const article: Work = (tx) => learnProducts(tx, [aProduct(sku)]);

    await (first === 'change' ? overlap(change, article) : overlap(article, change));

    const held = await listQuarantinedFacts(scope, { state: 'held' }, { first: 10, after: null });
    expect(held.nodes).toEqual([]);
    expect(await readOrderLines(scope, orderIds)).toMatchObject([{ sku, variantId: await variantOf(sku) }]);
  },
);
