import { beforeAll, expect, test } from 'vitest';

import { assembleContext } from '../../../src/services/context/assemble-context.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../src/services/intake/receive-messages.ts';
import { linkOrder, unlinkOrder } from '../../../src/services/orders/link-order.ts';
import { ordersOfConversations } from '../../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import type { CustomerId, OrderId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const page = { first: 100, after: null };
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
});

const aMessage = (sender: string, text: string) => ({
  inbox: 'mail',
  sender: { kind: 'visitor_id' as const, value: sender },
  externalId: `x${(count += 1)}`,
  text,
  occurredAt: scope.now,
});
const say = (sender: string, text: string) => receiveMessage(scope, aMessage(sender, text));
async function aPerson() {
  const sender = `s${(count += 1)}`;
  return { sender, ...(await say(sender, 'Hello')) };
}
async function anOrder(number: string, customerId: CustomerId): Promise<OrderId> {
  const { orderIds } = await recordOrderFacts(scope, [factsOf(number, customerId).placed()]);
  return orderIds[0] as OrderId;
}
const linkedTo = async (id: string, asking = scope) =>
  (await ordersOfConversations(asking, [id as never], page))[0]!.nodes.map((order) => order.id);
const links = async (id: string) =>
  (await journalOf(sql, `conversation:${id}`))
    .filter(({ type }) => type.startsWith('conversation.order_'))
    .map(({ type, details }) => [type, details['orderId'], details['linkedBy']]);

test('an order is linked once and unlinked once, and told each time', async () => {
  const { conversationId: id, customerId } = await aPerson();
  const order = await anOrder('#77001', customerId);

  await linkOrder(scope, id, order);
  await linkOrder(scope, id, order);
  expect(await linkedTo(id)).toEqual([order]);
  expect((await assembleContext(scope, customerId))!.conversations[0]!.linkedOrderIds).toEqual([order]);
  await unlinkOrder(scope, id, order);
  await unlinkOrder(scope, id, order);

  expect(await linkedTo(id)).toEqual([]);
  expect(await links(id)).toEqual([
    ['conversation.order_linked', order, 'act'],
    ['conversation.order_unlinked', order, undefined],
  ]);
});

test('an order of somebody else is refused, whoever asks, and nothing changes', async () => {
  const { conversationId: id } = await aPerson();
  const other = await aPerson();
  const order = await anOrder('#77002', other.customerId);
  const before = await rowCounts(sql);

  await expect(linkOrder(scope, id, order)).rejects.toMatchObject({ code: 'OTHER_PERSON', field: ['orderId'] });
  await expect(linkOrder(scope, id, 'ord_absent')).rejects.toMatchObject({ code: 'NOT_FOUND', field: ['orderId'] });
  await expect(linkOrder(scope, 'cnv_absent', order)).rejects.toMatchObject({ code: 'NOT_FOUND', field: ['id'] });
  await expect(linkOrder(aScope(database, 'integration'), id, order)).rejects.toThrow('conversations:write');

  expect(await linkedTo(id)).toEqual([]);
  expect(await rowCounts(sql)).toEqual(before);
});

test('an order of a member of the same person is linked, and read by nobody who may not read orders', async () => {
  const { conversationId: id, customerId } = await aPerson();
  const second = await aPerson();
  await sql`
    insert into person_links (member_id, person_id, linked_at) values (${second.customerId}, ${customerId}, now())`;
  const order = await anOrder('#77003', second.customerId);

  await linkOrder(scope, id, order);

  expect(await linkedTo(id)).toEqual([order]);
  expect(await linkedTo(id, aScope(database, 'customer', { customerId }))).toEqual([order]);
  const stranger = (await aPerson()).customerId;
  expect(await linkedTo(id, aScope(database, 'customer', { customerId: stranger }))).toEqual([]);
});

test('a message that names an order of the person links it by itself, once; one of somebody else it does not', async () => {
  const { conversationId: id, customerId, sender } = await aPerson();
  const other = await aPerson();
  const mine = await anOrder('#77004', customerId);
  await anOrder('#77005', other.customerId);

  await say(sender, 'Where is my order #77004? And #77005, and #99999?');
  await say(sender, 'I mean order 77004.');

  expect(await linkedTo(id)).toEqual([mine]);
  expect(await links(id)).toEqual([['conversation.order_linked', mine, 'mention']]);
});

test('messages of a batch link what they name, too', async () => {
  const { customerId, sender } = await aPerson();
  const order = await anOrder('W-77006', customerId);

  const [receipt] = await receiveMessages(scope, [
    { ...aMessage(sender, 'My order W-77006 is late'), threadId: 't1' },
    { ...aMessage(sender, 'order w-77006!'), threadId: 't1' },
  ]);

  expect(await linkedTo(receipt!.conversationId)).toEqual([order]);
  expect(await links(receipt!.conversationId)).toEqual([['conversation.order_linked', order, 'mention']]);
});
