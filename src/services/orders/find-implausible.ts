import type { QuarantineReason } from '../../values/quarantine.ts';
import { inSourceOrder } from './in-source-order.ts';
import { moneyKey } from './fold-money.ts';
import type { KeptFact, LinesChanged, MoneyMoved, OrderPlaced, ReturnRecorded } from './order-fact.ts';
import { factKey } from './order-fact.ts';

/** What is known besides what was told. */
export interface Grounds {
  /** SKUs of these facts that the catalogue knows. */
  readonly knownSkus: ReadonlySet<string>;
  /** Facts that a person let in, by `factKey`: they are believed. */
  readonly released: ReadonlySet<string>;
  /** Facts that count already. What the catalogue learns later does not put them in doubt. */
  readonly counted: ReadonlySet<string>;
}

type Of<B> = KeptFact & { readonly body: B };
type StatesLines = OrderPlaced | LinesChanged;

const ofKind = <K extends KeptFact['body']['kind']>(facts: readonly KeptFact[], ...kinds: readonly K[]) =>
  facts.filter((fact): fact is Of<Extract<KeptFact['body'], { kind: K }>> => kinds.includes(fact.body.kind as K));

/**
 * Which facts of an order cannot be true beside the others, by `factKey`. Pure, and of all facts together, so that it is the same for any
 * order of arrival: a refund that comes before its payment is implausible only until the payment is there, and one that counted is so no
 * more when it turns out that another one came first. Nothing is implausible while nobody has placed the order, and never that it was.
 *
 * | reason | holds when |
 * |---|---|
 * | currency_changed | money or a total in another currency than the order's |
 * | unknown_sku | the lines change to an article that the catalogue does not know, though it knew all of the first ones |
 * | amount_changed | a payment or refund is told again with another amount, under no newer version |
 * | exceeds_total | more was paid than the order ever cost, what went back taken off |
 * | exceeds_paid | more goes back than was paid; where no payment was told, than the order ever cost |
 * | unknown_line | a return names a line that the order never had |
 * | exceeds_ordered | more units come back than were ever ordered |
 */
export function findImplausible(facts: readonly KeptFact[], grounds: Grounds): Map<string, QuarantineReason> {
  const all = inSourceOrder(facts).map(({ fact }) => fact);
  const found = new Map<string, QuarantineReason>();
  const first = ofKind(all, 'order_placed')[0];
  if (!first) return found;
  const isTrusted = (fact: KeptFact) => grounds.released.has(factKey(fact));
  const hold = (fact: KeptFact, reason: QuarantineReason) => {
    if (!isTrusted(fact)) found.set(factKey(fact), reason);
  };
  const believed = <F extends KeptFact>(some: readonly F[]) => some.filter((fact) => !found.has(factKey(fact)));

  for (const fact of all)
    if ('currency' in fact.body && fact.body.currency !== first.body.currency) hold(fact, 'currency_changed');

  const stated = believed(ofKind(all, 'order_placed', 'lines_changed'));
  for (const fact of changesToUnknown(first, stated, grounds)) hold(fact, 'unknown_sku');

  const totals = believed(stated);
  const mostTotal = Math.max(0, ...totals.map(({ body }) => body.totalMinor));
  const money = believed(ofKind(all, 'payment_recorded', 'refund_promised', 'refund_recorded'));
  for (const fact of changedAmounts(money)) hold(fact, 'amount_changed');
  const moved = believed(money);
  const of = (kind: MoneyMoved['kind']) => moved.filter(({ body }) => body.kind === kind);
  const [payments, promised, recorded] = [of('payment_recorded'), of('refund_promised'), of('refund_recorded')];
  const back = Math.max(sumOf(promised), sumOf(recorded));
  for (const fact of beyond(payments, mostTotal + back, isTrusted)) hold(fact, 'exceeds_total');
  const most = payments.length > 0 ? sumOf(believed(payments)) : mostTotal;
  // What was promised and what kept the promise are one: each is weighed by itself.
  for (const refunds of [promised, recorded])
    for (const fact of beyond(refunds, most, isTrusted)) hold(fact, 'exceeds_paid');

  for (const [fact, reason] of wrongReturns(ofKind(all, 'return_recorded'), totals, isTrusted)) hold(fact, reason);
  return found;
}

/** An order whose first lines the catalogue does not know all of says nothing about articles. */
function changesToUnknown(
  first: Of<OrderPlaced>,
  stated: readonly Of<StatesLines>[],
  { knownSkus, counted }: Grounds,
): Of<StatesLines>[] {
  const isKnown = ({ body }: Of<StatesLines>) => body.lines.every(({ sku }) => knownSkus.has(sku));
  if (first.body.lines.length === 0 || !isKnown(first)) return [];
  return stated.filter((fact) => fact !== first && !counted.has(factKey(fact)) && !isKnown(fact));
}

/** A version of the source that is newer may say another amount: shops tell what has been paid so far as one payment that grows. */
function changedAmounts(money: readonly Of<MoneyMoved>[]): Of<MoneyMoved>[] {
  const before = new Map<string, Of<MoneyMoved>>();
  return money.filter((fact) => {
    const key = `${fact.source} ${fact.body.kind} ${moneyKey(fact.body)}`;
    const known = before.get(key);
    const isNewer = fact.sourceVersion !== null && fact.sourceVersion > (known?.sourceVersion ?? -1);
    if (known && known.body.amountMinor !== fact.body.amountMinor && !isNewer) return true;
    before.set(key, fact);
    return false;
  });
}

/** What the newest facts of each payment or refund add up to. */
function sumOf(money: readonly Of<MoneyMoved>[]): number {
  const newest = new Map(money.map((fact) => [moneyKey(fact.body), fact.body.amountMinor]));
  return [...newest.values()].reduce((sum, amount) => sum + amount, 0);
}

/** The facts with which a sum goes beyond what it can be, each weighed beside what is trusted and those before it that stay below. */
function beyond(
  money: readonly Of<MoneyMoved>[],
  most: number,
  isTrusted: (fact: KeptFact) => boolean,
): Of<MoneyMoved>[] {
  const amounts = new Map<string, number>();
  let sum = 0;
  const add = ({ body }: Of<MoneyMoved>) => {
    sum += body.amountMinor - (amounts.get(moneyKey(body)) ?? 0);
    amounts.set(moneyKey(body), body.amountMinor);
  };
  money.filter(isTrusted).forEach(add);
  return money.filter((fact) => {
    if (isTrusted(fact)) return false;
    if (sum - (amounts.get(moneyKey(fact.body)) ?? 0) + fact.body.amountMinor > most) return true;
    add(fact);
    return false;
  });
}

const GIVES_UP: ReadonlySet<string> = new Set(['declined', 'cancelled']);

/** Units by line of what comes back, of which each return has its own. */
class UnitsBack {
  readonly #ofReturn = new Map<string, ReadonlyMap<string, number>>();
  readonly #ofLine = new Map<string, number>();

  add({ externalId, lines }: ReturnRecorded): void {
    const units = new Map((lines ?? []).map((line) => [line.lineExternalId, line.quantity]));
    for (const [line, quantity] of this.#ofReturn.get(externalId) ?? []) this.#count(line, -quantity);
    for (const [line, quantity] of units) this.#count(line, quantity);
    this.#ofReturn.set(externalId, units);
  }

  /** Units of a line that other returns than this one hold. */
  besides(externalId: string, line: string): number {
    return (this.#ofLine.get(line) ?? 0) - (this.#ofReturn.get(externalId)?.get(line) ?? 0);
  }

  #count(line: string, units: number): void {
    this.#ofLine.set(line, (this.#ofLine.get(line) ?? 0) + units);
  }
}

function wrongReturns(
  told: readonly Of<ReturnRecorded>[],
  totals: readonly Of<StatesLines>[],
  isTrusted: (fact: KeptFact) => boolean,
): [Of<ReturnRecorded>, QuarantineReason][] {
  // An archive of invoices books what went back as fewer than none.
  const ordered = new Map<string, number>();
  for (const { externalId, quantity } of totals.flatMap(({ body }) => body.lines))
    ordered.set(externalId, Math.max(Math.abs(quantity), ordered.get(externalId) ?? 0));
  const givenUp = new Set(told.filter(({ body }) => GIVES_UP.has(body.status)).map(({ body }) => body.externalId));
  const standing = told.filter((fact) => fact.body.lines && !givenUp.has(fact.body.externalId));
  const back = new UnitsBack();
  for (const fact of standing.filter(isTrusted)) back.add(fact.body);
  const reasonOf = ({ externalId, lines }: ReturnRecorded): QuarantineReason | null => {
    for (const { lineExternalId, quantity } of lines ?? []) {
      const most = ordered.get(lineExternalId);
      if (most === undefined) return 'unknown_line';
      if (back.besides(externalId, lineExternalId) + quantity > most) return 'exceeds_ordered';
    }
    return null;
  };
  return standing.flatMap((fact): [Of<ReturnRecorded>, QuarantineReason][] => {
    if (isTrusted(fact)) return [];
    const reason = reasonOf(fact.body);
    if (reason === null) back.add(fact.body);
    return reason === null ? [] : [[fact, reason]];
  });
}
