import type { ShipmentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { upsertCustomer } from '../customers/upsert-customer.ts';
import { atomically, writeBeside } from '../events/atomically.ts';
import { planOnce } from '../events/plan-once.ts';
import { recordLocations } from '../inventory/record-locations.ts';
import { learnProducts } from '../orders/learn-products.ts';
import { recordOrderFacts } from '../orders/record-order-facts.ts';
import { recordTrackingEvents } from '../orders/record-tracking-events.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { identitiesOf } from './buyer-of.ts';
import { checkSourceFact, refuseUnknownPartners } from './check-source-fact.ts';
import {
  forgetObject,
  lockNamed,
  objectKey,
  objectsOf,
  readObjects,
  withOwnNumbers,
  writeObjects,
  type ObjectRow,
} from './named-objects.ts';
import { inRounds, pathOf, refusedFrom } from './refused-from.ts';
import { receiveStock } from './receive-stock.ts';
import type { CustomerTold, LocationTold, OrderTold, ProductTold, SourceFact, TrackingTold } from './source-fact.ts';
import { toOrderFact } from './to-order-fact.ts';
import { toReport } from './to-report.ts';
import {
  keepWaiting,
  takeWaiting,
  takeWaitingForParcels,
  type ToldFact,
  type Waiting,
  type WaitsFor,
} from './waiting-facts.ts';

/** What became of facts. */
export interface ReceivedFacts {
  /** How many were handed in. */
  readonly taken: number;
  /** How many of them wait for something that nobody has named yet, such as the order of a parcel. They are kept. */
  readonly waiting: number;
  /** How many are kept apart because they cannot be true, such as money in another currency. A person looks at them. */
  readonly quarantined: number;
}

type Told<B> = ToldFact & B;

/**
 * Takes what one source tells, of every kind and in any order: all of it or, with a refusal, nothing. Told again it changes nothing: facts
 * of orders, parcels and movements are known by their ids, everything else by its version. What speaks of something that nobody has named
 * yet waits and is taken in by the fact that names it.
 */
export async function receiveFacts(scope: Scope, source: string, facts: readonly SourceFact[]): Promise<ReceivedFacts> {
  if (facts.length === 0) return { taken: 0, waiting: 0, quarantined: 0 };
  const told = facts.map((fact): ToldFact => ({ ...fact, source, receivedAt: scope.now }));
  for (const fact of told) checkSourceFact(fact, scope.now);
  return atomically(scope, async (tx) => {
    planOnce(tx);
    await refuseUnknownPartners(tx, facts);
    // One connection runs these one after the other: what the lock waited for is read behind it.
    const [, known] = await Promise.all([lockNamed(tx, source, facts), readObjects(tx, source, facts)]);
    const news = told.filter((fact) => isNews(fact, known));
    writeBeside(tx, writeObjects(tx, source, await withOwnNumbers(tx, source, news.flatMap(objectsOf), known)));
    const woken = await takeWaiting(tx, source, news.flatMap(namesBrought));
    const { waiting, waitingByNumber, quarantined } = await takeIn(tx, source, [...news, ...woken]);
    await keepWaiting(tx, waiting);
    const ids = new Set(facts.map(({ id }) => id));
    const waitingById = waiting.filter(({ fact }) => ids.has(fact.id)).length;
    return { taken: facts.length, waiting: waitingById + waitingByNumber, quarantined };
  });
}

/** False for an older copy of what has no history here, and for a movement that was booked. Of two in one call the last is the newest. */
function isNews(fact: ToldFact, known: ReadonlyMap<string, ObjectRow>): boolean {
  return objectsOf(fact).every(({ kind, externalId, version }) => {
    const before = known.get(objectKey(kind, externalId))?.version ?? null;
    if (version === null || before === null) return true;
    return kind === 'movement' ? false : version >= before;
  });
}

/** What others may wait for, and these facts bring. */
function namesBrought(fact: ToldFact): WaitsFor[] {
  switch (fact.type) {
    case 'order':
      return fact.fact.kind === 'order_placed' && fact.order.externalId !== null
        ? [{ kind: 'order', id: fact.order.externalId }]
        : [];
    case 'product':
      return [
        ...fact.items.map(({ externalId }): WaitsFor => ({ kind: 'item', id: externalId })),
        ...fact.product.variants.map(({ sku }): WaitsFor => ({ kind: 'sku', id: sku })),
      ];
    case 'location':
      return [{ kind: 'location', id: fact.location.externalId }];
    default:
      return [];
  }
}

const ofType = <T extends ToldFact['type']>(facts: readonly ToldFact[], type: T) =>
  facts.filter((fact): fact is Extract<ToldFact, { type: T }> => fact.type === type);

interface TakenIn {
  readonly waiting: readonly Waiting[];
  /** Facts kept under an order number or tracking number that nobody has named yet: orders and parcels find these by themselves. */
  readonly waitingByNumber: number;
  readonly quarantined: number;
}

/** People and places first, for the rest speaks of them. Answers what has to wait. */
async function takeIn(tx: TransactionScope, source: string, facts: readonly ToldFact[]): Promise<TakenIn> {
  const waiting: Waiting[] = [];
  await takeCustomers(tx, ofType(facts, 'customer'));
  await takeProducts(tx, ofType(facts, 'product'));
  await takeLocations(tx, ofType(facts, 'location'));
  const stock = await receiveStock(tx, facts);
  waiting.push(...stock.waiting);
  const orders = await takeOrders(tx, source, ofType(facts, 'order'));
  waiting.push(...orders.waiting);
  const woken = await takeWaitingForParcels(tx, source, orders.numbers);
  const tracking = await takeTracking(tx, source, [...ofType(facts, 'tracking'), ...ofType(woken, 'tracking')]);
  waiting.push(...tracking.waiting);
  return {
    waiting,
    waitingByNumber: orders.waitingByNumber + tracking.waitingByNumber,
    quarantined: stock.quarantined + orders.quarantined,
  };
}

async function takeCustomers(tx: TransactionScope, facts: readonly Told<CustomerTold>[]): Promise<void> {
  // In one order, so that two lists with the same people wait for each other in one direction only.
  const sorted = facts.toSorted((a, b) => (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : 0));
  for (const { source, occurredAt, profile, person, path, externalId } of sorted)
    try {
      const { customerId } = await refusedFrom([path], null, () =>
        upsertCustomer(tx, { identities: identitiesOf(person), profile, source, occurredAt }),
      );
      // Whose it is what the source calls so: it goes when they go.
      await writeObjects(tx, source, [{ kind: 'customer', externalId, name: customerId, version: null }]);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'CUSTOMER_ERASED') throw error;
      await forgetObject(tx, source, 'customer', externalId);
    }
}

async function takeProducts(tx: TransactionScope, facts: readonly Told<ProductTold>[]): Promise<void> {
  for (const round of inRounds(facts, ({ product }) => [product.externalId, ...product.variants.map(({ sku }) => sku)]))
    await refusedFrom(round.map(pathOf), 'products', () =>
      learnProducts(
        tx,
        round.map(({ product }) => product),
      ),
    );
}

async function takeLocations(tx: TransactionScope, facts: readonly Told<LocationTold>[]): Promise<void> {
  for (const round of inRounds(facts, ({ location }) => [location.externalId]))
    await refusedFrom(round.map(pathOf), 'locations', () =>
      recordLocations(
        tx,
        round.map(({ location }) => location),
      ),
    );
}

/** Answers the numbers of the orders that may have parcels now which they had not before, besides what waits. */
async function takeOrders(tx: TransactionScope, source: string, facts: readonly Told<OrderTold>[]) {
  const known = await readObjects(tx, source, facts);
  const numberOf = ({ order }: OrderTold) =>
    (order.externalId === null ? null : known.get(objectKey('order', order.externalId))?.name) ?? order.number;
  const waiting = facts
    .filter((fact) => numberOf(fact) === null)
    .map((fact): Waiting => ({ fact, for: { kind: 'order', id: fact.order.externalId! } }));
  const named = facts.filter((fact) => numberOf(fact) !== null);
  const { quarantined, waiting: waitingByNumber } = await refusedFrom(named.map(pathOf), 'facts', () =>
    recordOrderFacts(
      tx,
      named.map((fact) => toOrderFact(fact, numberOf(fact)!)),
    ),
  );
  const parcels = named.flatMap((one) =>
    one.fact.kind === 'shipment_created'
      ? [{ kind: 'shipment' as const, externalId: one.fact.externalId, name: numberOf(one), version: null }]
      : [],
  );
  writeBeside(tx, writeObjects(tx, source, parcels));
  // An order that is placed only now may have had parcels before.
  const mayBringParcels = named.filter(({ fact: { kind } }) => kind === 'shipment_created' || kind === 'order_placed');
  return { waiting, waitingByNumber, quarantined, numbers: mayBringParcels.map((fact) => numberOf(fact)!) };
}

/** Answers what waits for its parcel, and how many wait for their tracking number, among the tracking events. */
async function takeTracking(
  tx: TransactionScope,
  source: string,
  facts: readonly Told<TrackingTold>[],
): Promise<Pick<TakenIn, 'waiting' | 'waitingByNumber'>> {
  const shipmentIds = await readShipmentIds(tx, source, facts);
  const isThere = (fact: Told<TrackingTold>) =>
    fact.shipmentExternalId === null || shipmentIds.has(fact.shipmentExternalId);
  const there = facts.filter(isThere);
  const { waiting: waitingByNumber } = await refusedFrom(there.map(pathOf), 'events', () =>
    recordTrackingEvents(
      tx,
      there.map((fact) => toReport(fact, shipmentIds.get(fact.shipmentExternalId ?? '') ?? null)),
    ),
  );
  const waiting = facts
    .filter((fact) => !isThere(fact))
    .map((fact): Waiting => ({ fact, for: { kind: 'shipment', id: fact.shipmentExternalId! } }));
  return { waiting, waitingByNumber };
}

/** Our ids of parcels, by the source's. */
async function readShipmentIds(
  tx: TransactionScope,
  source: string,
  facts: readonly Told<TrackingTold>[],
): Promise<Map<string, ShipmentId>> {
  const asked = [...new Set(facts.flatMap(({ shipmentExternalId }) => shipmentExternalId ?? []))];
  if (asked.length === 0) return new Map();
  const rows = await tx.db.sql<{ externalId: string; id: ShipmentId }[]>`
    select s.external_id, s.id from source_objects n
    join orders o on o.number = n.name
    join shipments s on s.order_id = o.id and s.external_id = n.external_id
    where n.source = ${source} and n.kind = 'shipment' and n.external_id = any(${asked})`;
  return new Map(rows.map(({ externalId, id }) => [externalId, id]));
}
