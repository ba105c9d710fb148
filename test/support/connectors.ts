import { createHmac } from 'node:crypto';

import { readInstallation } from '../../src/services/events/installation.ts';
import { createConnector, type NewConnector } from '../../src/services/intake/create-connector.ts';
import type { Sql } from '../../src/database/open-database.ts';
import { systemScope } from './start-app.ts';
import { tableCounts, tableDigests } from './table-digests.ts';
import type { TestDatabase } from './with-database.ts';

/** A connector with the secret of its hook. */
export async function aConnector(
  database: TestDatabase,
  { dialect, name, currency = null, secret = null }: Pick<NewConnector, 'dialect' | 'name'> & Partial<NewConnector>,
) {
  const installation = await readInstallation(database.sql);
  const made = await createConnector(systemScope(database), installation, { dialect, name, currency, secret }, null);
  return { id: made.id, secret: made.secret ?? secret!, path: `/hooks/${dialect}/${name}` };
}

let count = 0;

/** The headers of a webhook of Shopify. */
export function signedByShopify(
  secret: string,
  body: string | Buffer,
  { topic, id = `shopify-${(count += 1)}`, at = new Date() }: { topic: string; id?: string; at?: Date },
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-shopify-topic': topic,
    'x-shopify-webhook-id': id,
    'x-shopify-shop-domain': 'a-shop.myshopify.example',
    'x-shopify-api-version': '2025-07',
    'x-shopify-triggered-at': at.toISOString(),
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  };
}

/** The headers of a webhook of EasyPost. */
export function signedByEasyPost(secret: string, body: string | Buffer): Record<string, string> {
  const digest = createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex');
  return { 'content-type': 'application/json', 'x-hmac-signature': `hmac-sha256-hex=${digest}` };
}

// Who was heard when, and slices of the journal: they change by themselves.
const BY_THEMSELVES = /^(sources|journal_slices|events_.+|event_streams_.+)$/;
const withoutThose = <T>(tables: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(tables).filter(([name]) => !BY_THEMSELVES.test(name)));

/** How many rows there are: equal answers mean that nothing was added. */
export const rowsNow = async (sql: Sql) => withoutThose(await tableCounts(sql));

/** What stands in every table: equal answers mean that nothing was written. */
export const contentNow = async (sql: Sql) => withoutThose(await tableDigests(sql));
