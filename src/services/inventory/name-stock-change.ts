import { recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import type { StockLevel } from './inventory.ts';

/** Names that a level is another one now, or that there is one where there was none. */
export function nameStockChange(
  tx: TransactionScope,
  level: StockLevel,
  { occurredAt, isFirst }: { occurredAt: Date; isFirst: boolean },
): void {
  const { variantId, locationId, sku, onHand, committed, held, incoming, safety, damaged } = level;
  const places = isFirst ? [topic.variantPlaces(variantId)] : [];
  recordFact(tx, {
    type: 'stock.changed',
    streams: [stream.stock(variantId, locationId)],
    topics: [topic.stock, topic.location(locationId), topic.variant(variantId), ...places],
    occurredAt,
    details: { variantId, locationId, sku, onHand, committed, held, incoming, safety, damaged },
  });
}
