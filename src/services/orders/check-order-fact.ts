import { checkCurrency, checkMoment, checkOccurred, checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import { isId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import {
  FULFILMENT_METHODS,
  FULFILMENT_ORDER_STATUSES,
  RETURN_OUTCOMES,
  RETURN_STATUSES,
} from '../../values/vocabulary.ts';
import { DESK, type OrderFact, type PostalAddress, type StatedLine } from './order-fact.ts';

const MOST_MINOR = 1_000_000_000_000;

/** What lines may be: of an order as a shop takes it, or in a ledger, which also books what went back. */
interface Bounds {
  readonly mostLines: number;
  readonly leastQuantity: number;
  readonly leastMinor: number;
}
const ORDER: Bounds = { mostLines: 1_000, leastQuantity: 1, leastMinor: 0 };
const LEDGER: Bounds = { mostLines: 10_000, leastQuantity: -1_000_000, leastMinor: -MOST_MINOR };

interface Checking {
  /** The fact's path in the caller's input. */
  readonly at: readonly string[];
  readonly now: Date;
  readonly isLedger?: boolean;
}

/** Refuses a fact that no order could take in. */
export function checkOrderFact(fact: OrderFact, { at, now, isLedger = false }: Checking): void {
  checkText(fact.orderNumber, [...at, 'orderNumber'], 200);
  checkText(fact.source, [...at, 'source'], 100);
  if (fact.source === DESK)
    throw new Refusal('INVALID_INPUT', `\`${DESK}\` is what is changed here. Give your system another name.`, [
      ...at,
      'source',
    ]);
  checkText(fact.sourceEventId, [...at, 'sourceEventId'], 300);
  checkOccurred(fact.occurredAt, [...at, 'occurredAt'], now);
  if (fact.sourceVersion != null) checkWhole(fact.sourceVersion, [...at, 'sourceVersion'], 0, Number.MAX_SAFE_INTEGER);
  if ('externalId' in fact) checkText(fact.externalId, [...at, 'externalId'], 300);
  if ('partnerId' in fact && fact.partnerId != null && !isId('partner', fact.partnerId))
    throw new Refusal('NOT_FOUND', 'No partner has this id. Take it from `partners`.', [...at, 'partnerId']);
  checkBody(fact, at, isLedger ? LEDGER : ORDER);
}

function checkBody(fact: OrderFact, at: readonly string[], bounds: Bounds): void {
  switch (fact.kind) {
    case 'order_placed':
      if ((fact.customerId == null) === (fact.identity == null))
        throw new Refusal('INVALID_INPUT', 'Name the customer either by `customerId` or by `identity`.', [
          ...at,
          'customerId',
        ]);
      checkCurrency(fact.currency, [...at, 'currency']);
      checkLines(fact, at, bounds);
      if (fact.shippingAddress) checkAddress(fact.shippingAddress, [...at, 'shippingAddress']);
      return;
    case 'lines_changed':
      checkLines(fact, at, bounds);
      return;
    case 'address_changed':
      checkAddress(fact.shippingAddress, [...at, 'shippingAddress']);
      return;
    case 'payment_recorded':
    case 'refund_promised':
    case 'refund_recorded':
      checkText(fact.method, [...at, 'method'], 100);
      checkWhole(fact.amountMinor, [...at, 'amountMinor'], 0, MOST_MINOR);
      checkCurrency(fact.currency, [...at, 'currency']);
      return;
    case 'fulfilment_order_recorded':
      checkFulfilmentOrder(fact, at);
      return;
    case 'shipment_created':
      if (fact.fulfilmentOrderExternalId != null)
        checkText(fact.fulfilmentOrderExternalId, [...at, 'fulfilmentOrderExternalId'], 300);
      if (fact.carrier != null) checkText(fact.carrier, [...at, 'carrier'], 100);
      if (fact.trackingNumber != null) checkText(fact.trackingNumber, [...at, 'trackingNumber'], 200);
      if (fact.estimatedDeliveryAt != null)
        checkMoment(new Date(fact.estimatedDeliveryAt), [...at, 'estimatedDeliveryAt']);
      fact.lineExternalIds.forEach((id, i) => checkText(id, [...at, 'lineExternalIds', String(i)], 300));
      return;
    case 'order_cancelled':
      if (fact.reason != null) checkText(fact.reason, [...at, 'reason'], 500);
      return;
    case 'return_recorded':
      checkReturn(fact, at);
      return;
    case 'order_processed':
    case 'order_delivered':
      return;
  }
}

function checkFulfilmentOrder(fact: OrderFact & { kind: 'fulfilment_order_recorded' }, at: readonly string[]): void {
  checkWord(fact.status, FULFILMENT_ORDER_STATUSES, [...at, 'status']);
  if (fact.method != null) checkWord(fact.method, FULFILMENT_METHODS, [...at, 'method']);
  if (fact.locationExternalId != null) checkText(fact.locationExternalId, [...at, 'locationExternalId'], 300);
  if (fact.fulfilBy != null) checkMoment(new Date(fact.fulfilBy), [...at, 'fulfilBy']);
  checkUnits(fact.lines ?? [], [...at, 'lines']);
}

function checkWord(word: string, words: readonly string[], field: readonly string[]): void {
  if (words.includes(word)) return;
  throw new Refusal('INVALID_INPUT', `\`${field.at(-1)}\` must be one of: ${words.join(', ')}.`, field);
}

function checkUnits(lines: readonly { lineExternalId: string; quantity: number }[], at: readonly string[]): void {
  refuseRepeats(
    lines.map((line) => line.lineExternalId),
    at,
  );
  checkWhole(lines.length, [...at, 'length'], 0, LEDGER.mostLines);
  lines.forEach((line, i) => {
    checkText(line.lineExternalId, [...at, String(i), 'lineExternalId'], 300);
    checkWhole(line.quantity, [...at, String(i), 'quantity'], 1, 1_000_000);
  });
}

function checkReturn(fact: OrderFact & { kind: 'return_recorded' }, at: readonly string[]): void {
  checkWord(fact.status, RETURN_STATUSES, [...at, 'status']);
  if (fact.outcome != null) checkWord(fact.outcome, RETURN_OUTCOMES, [...at, 'outcome']);
  if (fact.reason != null) checkText(fact.reason, [...at, 'reason'], 500);
  if (fact.refundMethod != null) checkText(fact.refundMethod, [...at, 'refundMethod'], 100);
  checkUnits(fact.lines ?? [], [...at, 'lines']);
  fact.lines?.forEach(({ quantity, receivedQuantity, exchangeSku }, i) => {
    const here = [...at, 'lines', String(i)];
    if (receivedQuantity != null) checkWhole(receivedQuantity, [...here, 'receivedQuantity'], 0, quantity);
    if (exchangeSku != null) checkText(exchangeSku, [...here, 'exchangeSku'], 200);
  });
}

function checkLines(
  { lines, totalMinor }: { readonly lines: readonly StatedLine[]; readonly totalMinor: number },
  at: readonly string[],
  { mostLines, leastQuantity, leastMinor }: Bounds,
): void {
  checkWhole(totalMinor, [...at, 'totalMinor'], leastMinor, MOST_MINOR);
  checkWhole(lines.length, [...at, 'lines', 'length'], 0, mostLines);
  refuseRepeats(
    lines.map((line) => line.externalId),
    [...at, 'lines'],
  );
  lines.forEach((line, i) => {
    const here = [...at, 'lines', String(i)];
    checkText(line.externalId, [...here, 'externalId'], 300);
    checkText(line.sku, [...here, 'sku'], 200);
    checkText(line.title, [...here, 'title'], 1_000);
    checkWhole(line.quantity, [...here, 'quantity'], leastQuantity, 1_000_000);
    checkWhole(line.unitPriceMinor, [...here, 'unitPriceMinor'], leastMinor, MOST_MINOR);
    for (const [name, value] of Object.entries(line.options)) {
      checkText(name, [...here, 'options'], 100);
      checkText(value, [...here, 'options'], 500);
    }
  });
}

function refuseRepeats(ids: readonly string[], field: readonly string[]): void {
  if (new Set(ids).size < ids.length)
    throw new Refusal('INVALID_INPUT', 'Two lines have the same external id. Give each line its own.', field);
}

export function checkAddress(address: PostalAddress, at: readonly string[]): void {
  for (const [part, text] of Object.entries(address)) if (text) checkText(String(text), [...at, part], 300);
}
