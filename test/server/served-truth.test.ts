import { expect, test } from 'vitest';

import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { judgeServed } from '../../src/services/figures/judge-served.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { post } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { ACCURACY_SAMPLE_PERCENT: '100' });
const bot = await aKey(database, 'bot');
const supervisor = await aKey(database, 'supervisor');

const { customerId } = await atomically(systemScope(database), (tx) =>
  identifyCustomer(tx, { kind: 'email', value: 'anna@example.com', source: 'shop' }),
);
const facts = factsOf('TRUE-1', customerId);
const { orderIds } = await recordOrderFacts(systemScope(database), [facts.placed()]);

/** Twenty answers, which are written down together; then what they showed is compared, a while later. */
async function serveTwenty(): Promise<void> {
  const samples = async () => Number((await sql`select count(*)::int as n from served_statuses`)[0]!['n']);
  const before = await samples();
  const query = `{ order(id: "${orderIds[0]!}") { id status } }`;
  await Promise.all(Array.from({ length: 20 }, () => post(app.url, bot.secret, query)));
  await until(samples, (count) => count >= before + 20);
  const scope = systemScope(database);
  await judgeServed({ ...scope, now: new Date(scope.now.getTime() + 120_000) });
}
const accuracy = async () => {
  const { body } = await post(
    app.url,
    supervisor.secret,
    '{ accuracy(days: 2) { served wrong share isMet touchpoints { touchpoint channel share } } freshnessReport { sources { name measure count } touchpoints { touchpoint count } } }',
  );
  return body.data as unknown as {
    accuracy: { served: number; wrong: number; isMet: boolean; touchpoints: object[] }[];
    freshnessReport: { touchpoints: { touchpoint: string; count: number }[] };
  };
};

test('what is served wrong is found: the figure falls for who was served, in the graph and in the metrics', async () => {
  await serveTwenty();
  const right = await accuracy();
  expect(right.accuracy).toMatchObject([
    { served: 20, wrong: 0, isMet: true, touchpoints: [{ touchpoint: 'bot.query', channel: 'graph', share: 1 }] },
  ]);

  // As if a cache had mixed up two orders: what is shown is nothing that was ever known of this one.
  await sql`update orders set status = 'delivered'`;
  await serveTwenty();

  const wrong = await accuracy();
  expect(wrong.accuracy).toMatchObject([{ served: 40, wrong: 20, isMet: false }]);
  expect(wrong.freshnessReport.touchpoints).toContainEqual({ touchpoint: 'bot.query', count: 40 });
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toMatch(/^punos_accuracy_ratio\{touchpoint="bot\.query",channel="graph"\} 0\.5$/m);
  expect(metrics).toMatch(
    /^punos_touchpoint_in_time_ratio\{touchpoint="bot\.query",channel="graph",measure="status"\} 1$/m,
  );
});
