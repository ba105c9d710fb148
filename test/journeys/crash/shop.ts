import type { Database } from '../../../src/database/open-database.ts';
import { createApiKey } from '../../../src/services/access/create-api-key.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { recordLocation } from '../../../src/services/inventory/record-locations.ts';
import { recordProduct } from '../../../src/services/inventory/record-products.ts';
import type { Channel, Role } from '../../../src/values/vocabulary.ts';
import { aScope } from '../../support/scopes.ts';

/** What stands before a journey begins. */
export interface Shop {
  readonly inboxes: readonly { id: string; externalId: string; channel: Channel }[];
  readonly customers: readonly { id: string; email: string; conversationId: string }[];
  readonly variants: readonly { id: string; sku: string }[];
  readonly locations: readonly string[];
  /** Secrets. */
  readonly keys: Readonly<Record<'writer' | 'reader' | 'bot', string>>;
}

const INBOXES: readonly (readonly [string, Channel])[] = [
  ['support-mail', 'email'],
  ['shop-chat', 'live_chat'],
  ['shop-whatsapp', 'whatsapp'],
];
const CUSTOMERS = 20;

/** A small shop, made through the services. */
export async function openShop(database: Database): Promise<Shop> {
  const scope = { ...aScope(database), now: new Date() };
  const inboxes = [];
  for (const [externalId, channel] of INBOXES)
    inboxes.push(await ensureInbox(scope, { externalId, channel, name: externalId }));

  const customers = [];
  for (let number = 0; number < CUSTOMERS; number += 1) {
    const email = `customer-${number}@example.com`;
    const { customerId, conversationId } = await receiveMessage(scope, {
      inbox: inboxes[0]!.externalId,
      sender: { kind: 'email', value: email },
      externalId: `first-${number}`,
      text: 'Hello, is anybody there?',
      occurredAt: scope.now,
    });
    customers.push({ id: customerId, email, conversationId });
  }

  await recordProduct(scope, {
    externalId: 'shirt',
    title: 'Shirt',
    variants: ['S', 'M', 'L', 'XL'].map((size) => ({ sku: `SHIRT-${size}`, title: size, options: { size } })),
  });
  const variants = await database.sql<{ id: string; sku: string }[]>`select id, sku from variants order by sku`;
  const locations = [];
  for (const externalId of ['store-1', 'store-2'])
    locations.push(await recordLocation(scope, { externalId, name: externalId, kind: 'store' }));

  const keys = {
    writer: await aSecret(database, 'admin'),
    reader: await aSecret(database, 'supervisor'),
    bot: await aSecret(database, 'bot'),
  };
  return { inboxes, customers, variants: [...variants], locations, keys };
}

async function aSecret(database: Database, role: Role): Promise<string> {
  const owner = { agentId: null, partnerId: null, customerId: null };
  const input = { name: `journey ${role}`, role, scopes: null, expiresAt: null, ...owner };
  const scope = { ...aScope(database), now: new Date() };
  const { secret } = await createApiKey(scope, await readInstallation(database.sql), input, null);
  return secret!;
}
