import type { TransactionScope } from '../scope.ts';
import { foldOrder, type OrderState } from './fold-order.ts';
import { readFacts } from './keep-facts.ts';
import { counts, readDecisions } from './keep-quarantine.ts';
import { readKnownOrders, readScans } from './read-known-orders.ts';

/** An order as its facts say together, with all that its rows leave out. */
interface KnownState {
  readonly state: OrderState;
  /** The newest clock of what counts, of sources and carriers. */
  readonly newestAt: Date;
}

/** What counts of an order now. The caller has locked the number. Null: nobody placed it. */
export async function readOrderState(tx: TransactionScope, number: string): Promise<KnownState | null> {
  const [told, decisions, known] = await Promise.all([
    readFacts(tx, [number]),
    readDecisions(tx, [number]),
    readKnownOrders(tx, [number]),
  ]);
  const externalIds = new Map([...known.shipments].map(([key, id]) => [id, key.slice(key.indexOf('\n') + 1)]));
  const rows = await readScans(tx, [...known.shipments.values()], []);
  const facts = (told.get(number) ?? []).filter((fact) => counts(decisions, fact));
  const scans = rows.flatMap((scan) => {
    const shipmentExternalId = scan.shipmentId === null ? undefined : externalIds.get(scan.shipmentId);
    return shipmentExternalId === undefined ? [] : [{ ...scan, shipmentExternalId }];
  });
  const state = foldOrder(facts, scans);
  if (!state) return null;
  const newestAt = [...facts, ...scans].reduce((newest, { occurredAt }) => Math.max(newest, occurredAt.getTime()), 0);
  return { state, newestAt: new Date(newestAt) };
}
