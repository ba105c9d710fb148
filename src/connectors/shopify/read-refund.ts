import type { OrderName, SourceFact } from '../../services/intake/source-fact.ts';
import { clip } from '../clip.ts';
import type { Fields } from '../fields.ts';
import { amountOf, MOST_PARTS, ofOrder, told } from './told.ts';

/** A refund that comes alone: it names its order by Shopify's id. */
export const readRefundOf = (refund: Fields): SourceFact[] =>
  readRefund(refund, { number: null, externalId: refund.id('order_id') });

/** The money that went back, and the goods that came back for it. */
export function readRefund(refund: Fields, order: OrderName): SourceFact[] {
  const externalId = refund.id('id');
  const occurredAt = refund.optionalMoment('processed_at') ?? refund.moment('created_at');
  const paid = refund
    .objects('transactions', MOST_PARTS)
    .filter((one) => one.optionalText('kind') === 'refund' && one.optionalText('status') === 'success');
  const facts: SourceFact[] = [];
  for (const currency of new Set(paid.map((one) => one.text('currency')))) {
    const ofCurrency = paid.filter((one) => one.text('currency') === currency);
    const amountMinor = ofCurrency.reduce((sum, one) => sum + amountOf(one, 'amount', currency), 0);
    const method = clip(ofCurrency[0]!.optionalText('gateway'), 100) ?? 'unknown';
    const body = { kind: 'refund_recorded' as const, externalId, method, amountMinor, currency };
    facts.push(told(`refund:${externalId}:${currency}`, ofOrder(order, body), { occurredAt }));
  }
  const lines = refund
    .objects('refund_line_items', MOST_PARTS)
    .filter((one) => one.optionalText('restock_type') === 'return' && (one.optionalWhole('quantity') ?? 0) > 0)
    .map((one) => ({ lineExternalId: one.id('line_item_id'), quantity: one.whole('quantity') }));
  if (lines.length > 0) {
    const reason = clip(refund.optionalText('note'), 500);
    const body = ofOrder(order, { kind: 'return_recorded', externalId, status: 'refunded', reason, lines });
    facts.push(told(`refund:${externalId}:returned`, body, { occurredAt }));
  }
  return facts;
}
