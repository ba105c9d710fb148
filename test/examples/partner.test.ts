import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { anExample } from '../support/example-process.ts';
import { factsOf } from '../support/orders.ts';
import { portToKeep } from '../support/port-to-keep.ts';
import { aScope } from '../support/scopes.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { actOnWebhook, anEndpoint } from '../support/webhooks.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { WEBHOOK_ALLOWED_PRIVATE_HOSTS: '127.0.0.1' });
const scope = aScope(database.database, 'admin', { now: new Date() });
const place = mkdtempSync(join(tmpdir(), 'punos-partner-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const market = await ensurePartner(scope, { externalId: 'market', name: 'Market', kind: 'marketplace' });
const { secret } = await aKey(database, 'partner', { partnerId: market });
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'a@example.org' }],
  source: 'shop',
});
const aPartner = () =>
  anExample('partner/partner.ts', { PUNOS_URL: app.url, PUNOS_KEY: secret, PUNOS_PLACE: join(place, 'place') });

test('a partner reads its orders, hears each change, and what changed while it was away; never those of others', async () => {
  const ours = factsOf('OURS', customerId);
  const others = factsOf('OTHERS', customerId);
  await recordOrderFacts(scope, [ours.placed({ partnerId: market }), others.placed()]);

  let partner = aPartner();
  await until(
    () => partner.lines,
    (lines) => lines.some((line) => line.startsWith('OURS PENDING ')),
  );
  await recordOrderFacts(scope, [ours.cancelled()]);
  await until(
    () => partner.lines,
    (lines) => lines.some((line) => line.startsWith('OURS CANCELLED ')),
  );
  await partner.end();

  const late = factsOf('LATE', customerId);
  await recordOrderFacts(scope, [late.placed({ partnerId: market })]);
  partner = aPartner();
  await until(
    () => partner.lines,
    (lines) => lines.some((line) => line.startsWith('LATE PENDING ')),
  );
  expect(partner.lines.join('\n')).not.toContain('OTHERS');
  await partner.end();
});

test('a receiver takes webhooks that are signed, each once, and nothing else', async () => {
  const port = await portToKeep();
  const url = `http://127.0.0.1:${port}/`;
  const document = /subscription OrderChanges[\s\S]*?\n}/.exec(
    readFileSync(new URL('../../examples/partner/receiver.ts', import.meta.url), 'utf8'),
  )![0];
  const endpoint = await anEndpoint(app.url, secret, { url, document });
  const receiver = anExample('partner/receiver.ts', { PUNOS_SECRET: endpoint.secret, PORT: String(port) });
  await until(
    () => receiver.lines,
    ([first]) => first?.startsWith('listening') ?? false,
  );
  const hears = (line: string) =>
    until(
      () => receiver.lines,
      (lines) => lines.includes(line),
    );

  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  await actOnWebhook(app.url, secret, 'webhookEndpointTest', `id: "${endpoint.id}"`, '__typename');
  await hears('a test arrived');
  const facts = factsOf('HOOKED', customerId);
  await recordOrderFacts(scope, [facts.placed({ partnerId: market })]);
  await hears('ORDER_RECORDED HOOKED PENDING');
  const [delivery] = await database.sql<{ id: string }[]>`
    select id from webhook_deliveries where endpoint_id = ${endpoint.id} and event_type = 'order.recorded'`;
  await actOnWebhook(app.url, secret, 'webhookDeliveryReplay', `id: "${delivery!.id}"`, '__typename');
  await recordOrderFacts(scope, [facts.cancelled()]);
  await hears('ORDER_STATUS_CHANGED HOOKED CANCELLED');
  await until(
    () =>
      database.sql<
        { attempts: number }[]
      >`select attempt_count as attempts from webhook_deliveries where id = ${delivery!.id}`,
    ([row]) => row!.attempts === 2,
  );

  expect(receiver.lines.filter((line) => line.startsWith('ORDER_RECORDED'))).toEqual(['ORDER_RECORDED HOOKED PENDING']);
  await receiver.end();
});
