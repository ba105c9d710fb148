import { isDeepStrictEqual } from 'node:util';

import type { ShipmentId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { lockCatalogue } from '../inventory/lock-catalogue.ts';
import type { TransactionScope } from '../scope.ts';
import { findImplausible } from './find-implausible.ts';
import { foldOrder } from './fold-order.ts';
import { inSourceOrder } from './in-source-order.ts';
import type { FactOfOrder } from './keep-facts.ts';
import { readFacts } from './keep-facts.ts';
import { keepPromises } from './keep-promises.ts';
import { counts, keepQuarantine, readDecisions, type Decisions } from './keep-quarantine.ts';
import { lockTrackingNumbers } from './lock-orders.ts';
import { nameOrderFacts } from './name-order-facts.ts';
import { factKey } from './order-fact.ts';
import { raiseNotices } from './raise-notices.ts';
import type { KnownOrders, ScanRow } from './read-known-orders.ts';
import {
  partKey,
  readKnownOrders,
  readKnownSkus,
  readPartnersOfPlaces,
  readPersons,
  readScans,
} from './read-known-orders.ts';
import type { Fresh, PlacedScan, Refolded } from './refolded.ts';
import { writeOrderSteps } from './write-order-steps.ts';
import { writeOrders } from './write-orders.ts';

/**
 * Derives orders anew from everything that was ever said about them and can be true, writes what differs and names what happened. The caller has
 * locked the numbers. The number of statements does not depend on the number of orders. Orders that nobody has placed yet are
 * left out: their facts wait.
 */
export async function refoldOrders(
  tx: TransactionScope,
  numbers: readonly string[],
  fresh: Fresh,
  recordedAt: Date,
): Promise<Refolded[]> {
  if (numbers.length === 0) return [];
  const [facts, known, decisions] = await Promise.all([
    readFacts(tx, numbers),
    readKnownOrders(tx, numbers),
    readDecisions(tx, numbers),
  ]);
  const trackingNumbers = newTrackingNumbers(facts, fresh);
  const restated = [...facts.values()].filter(statesLinesAgain).flat();
  const unweighed = [...facts.values()].flat().filter((fact) => !wasWeighed(fact, fresh));
  // One connection runs these one after the other: what a lock waited for is read behind it.
  const [, , knownSkus, scans] = await Promise.all([
    lockCatalogue(tx, [...restated, ...unweighed].flatMap(skusIn), 'shared'),
    lockTrackingNumbers(tx, trackingNumbers),
    readKnownSkus(tx, restated.flatMap(skusIn)),
    readScans(tx, [...known.shipments.values()], trackingNumbers),
  ]);

  const drafts = numbers.flatMap((number) => {
    const material = { known, scans, fresh, decisions, knownSkus };
    const draft = refold(number, facts.get(number) ?? [], material);
    return draft ? [draft] : [];
  });
  const states = drafts.flatMap(({ before, after }) => [before, after]);
  const first = drafts.filter(({ number }) => !known.orders.has(number));
  const [persons, partnersOfPlaces] = await Promise.all([
    readPersons(tx, [...new Set(first.map(({ customerId }) => customerId))]),
    readPartnersOfPlaces(tx, states),
  ]);
  const orders = drafts.map((draft) => {
    const personId = known.orders.get(draft.number)?.personId ?? persons.get(draft.customerId)!;
    return { ...draft, partnersOfPlaces, personId };
  });
  await writeOrders(tx, orders, recordedAt);
  const plausible = orders.flatMap((order) => order.plausible);
  // What is let in by now is as new to readers as what was told just now.
  const news = { ...fresh, facts: new Set([...fresh.facts, ...plausible.map(({ key }) => key)]) };
  writeOrderSteps(tx, orders, news, recordedAt);
  for (const order of orders) nameOrderFacts(tx, order, news);
  const held = orders.flatMap((order) => order.held);
  await keepQuarantine(tx, { held, plausible: plausible.map(({ id }) => id) }, recordedAt);
  await keepPromises(tx, orders, recordedAt);
  await raiseNotices(tx, orders, recordedAt);
  return orders;
}

/** Only of lines that change is it asked whether the catalogue knows them. */
const statesLinesAgain = (facts: readonly FactOfOrder[]): boolean =>
  facts.filter(({ body }) => 'totalMinor' in body).length > 1;

const skusIn = ({ body }: FactOfOrder): string[] => ('totalMinor' in body ? body.lines.map(({ sku }) => sku) : []);

function newTrackingNumbers(facts: ReadonlyMap<string, FactOfOrder[]>, fresh: Fresh): string[] {
  const numbers = [...facts.values()]
    .flat()
    .filter((fact) => !wasWeighed(fact, fresh))
    .flatMap(({ body }) => (body.kind === 'shipment_created' && body.trackingNumber ? [body.trackingNumber] : []));
  return [...new Set(numbers)];
}

type Draft = Omit<Refolded, 'personId' | 'partnersOfPlaces'>;

interface Material {
  readonly known: KnownOrders;
  readonly scans: readonly ScanRow[];
  readonly fresh: Fresh;
  readonly decisions: Decisions;
  readonly knownSkus: ReadonlySet<string>;
}

function refold(number: string, told: readonly FactOfOrder[], material: Material): Draft | null {
  const { known, fresh, decisions } = material;
  const { facts, held, apart, plausible } = weigh(told, material);
  const buyer = inSourceOrder(facts).flatMap(({ fact }) => (fact.body.kind === 'order_placed' ? [fact.body] : []))[0];
  if (!buyer) return null;
  const row = known.orders.get(number);
  const id = row?.id ?? newId('order');
  const idsOf = <I>(kind: 'shipment_created' | 'return_recorded', map: ReadonlyMap<string, I>, make: () => I) =>
    new Map(
      facts.flatMap(({ body }) =>
        body.kind === kind ? [[body.externalId, map.get(partKey(id, body.externalId)) ?? make()] as const] : [],
      ),
    );
  const shipmentIds = idsOf('shipment_created', known.shipments, () => newId('shipment'));
  const scans = placeScans(facts, shipmentIds, material);

  const before = foldOrder(
    told.filter((fact) => wasWeighed(fact, fresh) && counts(decisions, fact)),
    scans.filter((scan) => !scan.isFresh),
  );
  const after = foldOrder(facts, scans)!;
  return {
    id,
    number,
    // Rows never move: an order stays with the customer it arrived under.
    customerId: row?.customerId ?? buyer.customerId,
    before,
    after,
    changed: !isDeepStrictEqual(before, after),
    facts,
    held: held.map((one) => ({ ...one, fact: { ...one.fact, orderId: id } })),
    apart,
    plausible,
    scans,
    shipmentIds,
    returnIds: idsOf('return_recorded', known.returns, () => newId('return')),
  };
}

/** True for a fact that was weighed before: its order stood, and it is not of this transaction. */
const wasWeighed = (fact: FactOfOrder, fresh: Fresh): boolean =>
  fact.orderId !== null && !fresh.facts.has(factKey(fact));

/** What counts of an order's facts, what is kept apart from now on, and what is so no more. */
function weigh(
  told: readonly FactOfOrder[],
  { decisions, fresh, knownSkus }: Material,
): Pick<Draft, 'facts' | 'held' | 'apart' | 'plausible'> {
  const stateOf = (fact: FactOfOrder) => decisions.get(factKey(fact))?.state ?? null;
  const open = told.filter((fact) => stateOf(fact) !== 'discarded');
  const keysOf = (some: readonly FactOfOrder[]) => new Set(some.map(factKey));
  const reasons = findImplausible(open, {
    knownSkus,
    released: keysOf(open.filter((fact) => stateOf(fact) === 'released')),
    counted: keysOf(open.filter((fact) => wasWeighed(fact, fresh) && stateOf(fact) !== 'held')),
  });
  return {
    facts: open.filter((fact) => !reasons.has(factKey(fact))),
    held: open.flatMap((fact) => {
      const reason = reasons.get(factKey(fact));
      const isHeldSo = stateOf(fact) === 'held' && decisions.get(factKey(fact))?.reason === reason;
      return reason && !isHeldSo ? [{ fact, reason }] : [];
    }),
    apart: new Set(reasons.keys()),
    plausible: open.flatMap((fact) =>
      stateOf(fact) === 'held' && !reasons.has(factKey(fact))
        ? [{ id: decisions.get(factKey(fact))!.id, key: factKey(fact) }]
        : [],
    ),
  };
}

function placeScans(
  facts: readonly FactOfOrder[],
  shipmentIds: ReadonlyMap<string, ShipmentId>,
  { scans, fresh }: Material,
): PlacedScan[] {
  const byId = new Map([...shipmentIds].map(([externalId, id]) => [id, externalId]));
  const byNumber = new Map(
    facts.flatMap(({ body }) =>
      body.kind === 'shipment_created' && body.trackingNumber ? [[body.trackingNumber, body.externalId] as const] : [],
    ),
  );
  return scans.flatMap((scan): PlacedScan[] => {
    const waited = scan.shipmentId === null;
    const shipmentExternalId = waited ? byNumber.get(scan.trackingNumber ?? '') : byId.get(scan.shipmentId);
    if (shipmentExternalId === undefined) return [];
    return [{ ...scan, shipmentExternalId, isFresh: waited || fresh.scans.has(factKey(scan)) }];
  });
}
