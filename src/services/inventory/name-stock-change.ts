import { recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import type { StockLevel } from './inventory.ts';

/** Names that a level is another one now. */
export function nameStockChange(tx: TransactionScope, level: StockLevel, occurredAt: Date): void {
  const { variantId, locationId, sku, onHand, held } = level;
  recordFact(tx, {
    type: 'stock.changed',
    streams: [stream.stock(variantId, locationId)],
    topics: [topic.stock, topic.location(locationId), topic.variant(variantId)],
    occurredAt,
    details: { variantId, locationId, sku, onHand, held },
  });
}
