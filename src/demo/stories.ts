import { resolveConversation } from '../services/conversations/resolve-conversation.ts';
import { recordActivities } from '../services/activity/record-activities.ts';
import type { ToldActivity } from '../services/activity/activity.ts';
import { adjustStock } from '../services/inventory/adjust-stock.ts';
import type { OrderFact, StatedLine } from '../services/orders/order-fact.ts';
import { recordOrderFacts } from '../services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../services/orders/record-tracking-events.ts';
import { routeConversation } from '../services/routing/route-conversation.ts';
import type { Scope } from '../services/scope.ts';
import type { ConversationId, LocationId, VariantId } from '../values/ids.ts';
import type { ReturnStatus, ShipmentStatus } from '../values/vocabulary.ts';
import type { Dice } from './dice.ts';
import type { DemoPerson } from './people.ts';
import { carrierPlaces, type DemoCarrier, payment, placed, placeLines, shipment } from './plan-orders.ts';
import { SOURCE } from './shop.ts';
import { agentWrites, customerWrites } from './speak.ts';
import { fill, ORDER_TALKS, PRODUCT_TALKS, type Talk } from './talk.ts';

/** What the stories of the demo traffic play with. */
export interface Stage {
  /** A fresh scope, its clock at this moment. */
  scope: () => Scope;
  dice: Dice;
  carriers: readonly DemoCarrier[];
  stores: readonly { id: LocationId; name: string }[];
  variants: readonly { id: VariantId; sku: string; title: string }[];
  /** A text that no message or fact ever had before. */
  newName: () => string;
  newOrderNumber: () => string;
}

/** One act at a time: whoever plays the story decides when it goes on. */
export type Story = AsyncGenerator<void, void>;

/** An order from the click to the door, with a question on the way. */
export async function* ordering(stage: Stage, person: DemoPerson): Story {
  const { dice } = stage;
  const number = stage.newOrderNumber();
  const carrier = dice.pick(stage.carriers);
  const trackingNumber = `${carrier.prefix}${800_000_000 + Number(number.replaceAll(/\D/g, '')) * 13}FI`;
  const lines = placeLines(dice);
  const total = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const say = (body: object) => recordOrderFacts(stage.scope(), [fact(stage, number, body)]);
  const scan = (status: ShipmentStatus, place: string) =>
    recordTrackingEvents(stage.scope(), [
      { trackingNumber, source: carrier.prefix, sourceEventId: stage.newName(), status, place, occurredAt: new Date() },
    ]);

  yield* browsing(stage, person, lines);
  await say(placed(person, lines, total));
  await does(stage, person, { basketChange: { lines: [] } });
  yield;
  await say(payment(number, total));
  yield;
  await sell(stage, lines[0]!.sku);
  yield;
  await say({ kind: 'order_processed' });
  yield;
  await say(shipment(number, carrier, trackingNumber));
  yield;
  await scan('in_transit', 'Vantaa');
  yield;
  const place = dice.pick(carrierPlaces);
  const talk = ORDER_TALKS[person.language][0]!;
  const words = { order: number, product: lines[0]!.title, place };
  const talking = conversing(stage, person, { talk, words });
  for (let turn = 0, step = await talking.next(); !step.done; step = await talking.next(), turn += 1) {
    yield;
    if (turn === 1) yield await scan('in_transit', place).then(nothing);
    if (turn === 3) yield await scan('out_for_delivery', person.city).then(nothing);
  }
  yield;
  await scan('delivered', person.city);
}

/** What leads to an order: a search, a look at each thing, and one after the other in the basket. */
async function* browsing(stage: Stage, person: DemoPerson, lines: readonly StatedLine[]): Story {
  await does(stage, person, { search: { query: lines[0]!.title.split(' ')[0]!.toLowerCase() } });
  for (const [index, { sku }] of lines.entries()) {
    yield;
    await does(stage, person, { productView: { sku } });
    yield;
    const filled = lines.slice(0, index + 1).map((line) => ({
      ...{ sku: line.sku, quantity: line.quantity },
      unitPrice: { amountMinor: line.unitPriceMinor, currency: 'EUR' },
    }));
    await does(stage, person, { basketChange: { lines: filled } });
  }
  yield;
}

const does = (stage: Stage, { loyaltyId }: DemoPerson, what: ToldActivity) =>
  recordActivities(stage.scope(), [
    { identity: { kind: 'loyalty_id', value: loyaltyId }, source: SOURCE, externalId: stage.newName(), ...what },
  ]);

/** Somebody asks about a product, and takes one from a store. */
export async function* asking(stage: Stage, person: DemoPerson): Story {
  const { dice } = stage;
  const variant = dice.pick(stage.variants);
  const words = { order: '', product: variant.title, place: dice.pick(stage.stores).name };
  const talking = conversing(stage, person, { talk: dice.pick(PRODUCT_TALKS[person.language]), words });
  for (let turn = 0, step = await talking.next(); !step.done; step = await talking.next(), turn += 1) {
    yield;
    if (turn === 2) yield await sell(stage, variant.sku);
  }
}

/** Something goes back and the money with it. */
export async function* returning(stage: Stage, person: DemoPerson): Story {
  const scope = stage.scope();
  const [order] = await scope.db.sql<{ number: string; totalMinor: number; product: string }[]>`
    select o.number, o.total_minor, (select title from order_lines where order_id = o.id order by position limit 1) as product
    from orders o
    where o.status = 'delivered' and o.source = ${SOURCE}
      and o.customer_id = (select customer_id from identities where kind = 'loyalty_id' and normalized = ${person.loyaltyId})
    order by o.placed_at desc limit 1`;
  if (!order) return;
  const { number } = order;
  const go = (status: ReturnStatus) =>
    recordOrderFacts(stage.scope(), [
      fact(stage, number, { kind: 'return_recorded', externalId: `${number}-R1`, status, reason: 'too small' }),
    ]);
  const talk = ORDER_TALKS[person.language][1]!;
  const words = { order: number, product: order.product, place: '' };
  const talking = conversing(stage, person, { talk, words });
  const way: ReturnStatus[] = ['requested', 'approved', 'label_sent'];
  for (let step = await talking.next(); !step.done; step = await talking.next()) {
    yield;
    const next = way.shift();
    if (next) yield await go(next).then(nothing);
  }
  for (const status of ['in_transit', 'received', 'refunded'] as const) {
    yield;
    await go(status);
  }
  yield;
  const refund = { ...payment(`${number}-refund`, Number(order.totalMinor)), kind: 'refund_recorded' as const };
  await recordOrderFacts(stage.scope(), [fact(stage, number, refund)]);
}

/** Goods come into a store, others are sold at the till. */
export async function* restocking({ scope, dice, stores, variants }: Stage): Story {
  for (let times = dice.whole(2, 4); times > 0; times -= 1) {
    yield;
    const delta = dice.whole(2, 6);
    const where = { variantId: dice.pick(variants).id, locationId: dice.pick(stores).id };
    await adjustStock(scope(), { ...where, delta, reason: 'delivery', source: SOURCE });
  }
}

/** The oldest open conversation is closed when too many are open: the demo runs for days and agents have few places. */
export async function* tidying(stage: Stage, mostOpen: number): Story {
  const scope = stage.scope();
  const [oldest] = await scope.db.sql<{ id: ConversationId }[]>`
    select id from conversations where status = 'open' order by last_message_at desc, id desc offset ${mostOpen} limit 1`;
  if (!oldest) return;
  yield;
  await resolveConversation(stage.scope(), oldest.id);
}

async function* conversing(
  stage: Stage,
  person: DemoPerson,
  { talk, words }: { talk: Talk; words: Parameters<typeof fill>[1] },
): Story {
  const channel = person.preferredChannel;
  let conversationId: ConversationId | null = null;
  for (const [turn, said] of talk.entries()) {
    const text = fill(said, words);
    if (turn % 2 === 1 && conversationId) await agentWrites(stage.scope(), conversationId, text);
    else {
      const receipt = await customerWrites(stage.scope(), person, { channel, text, externalId: stage.newName() });
      conversationId = receipt.conversationId;
    }
    yield;
    if (turn === 0 && conversationId) yield await routeConversation(stage.scope(), conversationId).then(nothing);
  }
  if (conversationId) await resolveConversation(stage.scope(), conversationId);
}

/** One unit leaves a store. None left: nothing is sold. */
async function sell({ scope, dice, stores, variants }: Stage, sku: string): Promise<void> {
  const variant = variants.find((one) => one.sku === sku) ?? variants[0]!;
  const at = { variantId: variant.id, locationId: dice.pick(stores).id };
  const [level] = await scope().db.sql<{ onHand: number }[]>`
    select on_hand from stock_levels where variant_id = ${at.variantId} and location_id = ${at.locationId} and on_hand > held`;
  if (level) await adjustStock(scope(), { ...at, delta: -1, reason: 'sold', source: SOURCE });
}

const fact = (stage: Stage, orderNumber: string, body: object) =>
  ({ orderNumber, source: SOURCE, sourceEventId: stage.newName(), occurredAt: new Date(), ...body }) as OrderFact;

const nothing = (): void => undefined;
