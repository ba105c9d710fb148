import type { TransactionScope } from '../scope.ts';
import { foldOrder, type OrderState } from './fold-order.ts';
import { readFacts } from './keep-facts.ts';
import { counts, readDecisions } from './keep-quarantine.ts';
import { readKnownOrders, readScans } from './read-known-orders.ts';

/** An order as its facts say together, with all that its rows leave out. The caller has locked the number. Null: nobody placed it. */
export async function readOrderState(tx: TransactionScope, number: string): Promise<OrderState | null> {
  const [facts, decisions, known] = await Promise.all([
    readFacts(tx, [number]),
    readDecisions(tx, [number]),
    readKnownOrders(tx, [number]),
  ]);
  const externalIds = new Map([...known.shipments].map(([key, id]) => [id, key.slice(key.indexOf('\n') + 1)]));
  const scans = await readScans(tx, [...known.shipments.values()], []);
  return foldOrder(
    (facts.get(number) ?? []).filter((fact) => counts(decisions, fact)),
    scans.flatMap((scan) => {
      const shipmentExternalId = scan.shipmentId === null ? undefined : externalIds.get(scan.shipmentId);
      return shipmentExternalId === undefined ? [] : [{ ...scan, shipmentExternalId }];
    }),
  );
}
