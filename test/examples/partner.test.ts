import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { anExample } from '../support/example-process.ts';
import { factsOf } from '../support/orders.ts';
import { aScope } from '../support/scopes.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
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
