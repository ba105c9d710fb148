import { Refusal } from '../../values/refusal.ts';
import type { OrderState } from './fold-order.ts';
import type { OfferedVariant, SwappedLine } from './order-change.ts';
import type { StatedLine } from './order-fact.ts';

/**
 * The lines of an order with some of them as other variants of the same product, and what it costs more (below 0: less). A line of
 * which only some units change becomes two. Throws a Refusal for a line that is not there, an article of another product, one without
 * a price in the order’s currency, or one that is sold out.
 */
export function swapLines(
  order: OrderState,
  swapped: readonly SwappedLine[],
  offers: ReadonlyMap<string, OfferedVariant>,
): { lines: StatedLine[]; differenceMinor: number } {
  refuseUnknownLines(order, swapped);
  const names = new Set(order.lines.map(({ externalId }) => externalId));
  const lines = order.lines.flatMap((line): StatedLine[] => {
    const at = swapped.findIndex(({ lineExternalId }) => lineExternalId === line.externalId);
    const swap = swapped[at];
    if (!swap) return [line];
    const offer = offerFor(order, line, swap, { offers, field: ['input', 'lines', String(at), 'sku'] });
    const { sku, title, options } = offer;
    const changed = { ...line, sku, title, options, quantity: swap.quantity, unitPriceMinor: offer.priceMinor };
    const rest = line.quantity - swap.quantity;
    return rest === 0
      ? [changed]
      : [
          { ...line, quantity: rest },
          { ...changed, externalId: nameBeside(line.externalId, names) },
        ];
  });
  const valueOf = (all: readonly StatedLine[]) => all.reduce((sum, one) => sum + one.quantity * one.unitPriceMinor, 0);
  return { lines, differenceMinor: valueOf(lines) - valueOf(order.lines) };
}

/** Refuses lines that are not in the order, told twice, or with more units than it has. */
export function refuseUnknownLines(
  { lines }: Pick<OrderState, 'lines'>,
  asked: readonly { readonly lineExternalId: string; readonly quantity: number }[],
): void {
  if (asked.length === 0) throw new Refusal('INVALID_INPUT', 'Name at least one line.', ['input', 'lines']);
  asked.forEach(({ lineExternalId, quantity }, i) => {
    const line = lines.find(({ externalId }) => externalId === lineExternalId);
    const field = ['input', 'lines', String(i), 'lineExternalId'];
    if (!line) throw new Refusal('NOT_FOUND', 'The order has no line with this id.', field);
    if (asked.findIndex((one) => one.lineExternalId === lineExternalId) !== i)
      throw new Refusal('INVALID_INPUT', 'This line is named twice. Name it once, with all its units.', field);
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > line.quantity)
      throw new Refusal('INVALID_INPUT', `\`quantity\` must be a whole number from 1 to ${line.quantity}.`, [
        ...field.slice(0, -1),
        'quantity',
      ]);
  });
}

/** What a line is to become, if it may. */
export function offerFor(
  order: OrderState,
  line: StatedLine,
  swap: SwappedLine,
  { offers, field }: { offers: ReadonlyMap<string, OfferedVariant>; field: readonly string[] },
): OfferedVariant & { priceMinor: number } {
  const offer = offers.get(swap.sku);
  if (!offer) throw new Refusal('NOT_FOUND', 'The catalogue has no article with this SKU.', field);
  if (offers.get(line.sku)?.productId !== offer.productId)
    throw new Refusal('OTHER_PRODUCT', 'Only another variant of the same product can take its place.', field);
  if (offer.priceMinor === null || offer.currency !== order.currency)
    throw new Refusal('CURRENCY_MISMATCH', `The article has no price in ${order.currency}.`, field);
  if (offer.available !== null && offer.available < swap.quantity)
    throw new Refusal('INSUFFICIENT_STOCK', 'There are fewer units of it than asked for. Choose another one.', field);
  return { ...offer, priceMinor: offer.priceMinor };
}

/** A name for the other half of a line that no line has. */
function nameBeside(externalId: string, names: Set<string>): string {
  let n = 2;
  while (names.has(`${externalId}/${n}`)) n += 1;
  names.add(`${externalId}/${n}`);
  return `${externalId}/${n}`;
}
