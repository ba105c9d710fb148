import { checkCurrency, checkMoment, checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import type { SegmentFilter, SegmentOrders, SegmentSpan, SegmentTrait } from '../../values/segments.ts';

const MOST_CONDITIONS = 100;
const DEEPEST = 8;
const MOST_IN_LIST = 100;
const LONGEST_TEXT = 2_000;

type Path = readonly string[];

/** A filter as it is stored: only what is said. Throws INVALID_INPUT with the place at fault. */
export function checkFilter(filter: SegmentFilter, field: Path): SegmentFilter {
  let conditions = 0;
  const check = (given: SegmentFilter, at: Path, depth: number): SegmentFilter => {
    conditions += 1;
    if (conditions > MOST_CONDITIONS || depth > DEEPEST)
      throw new Refusal(
        'INVALID_INPUT',
        `A filter has ${MOST_CONDITIONS} conditions at most, ${DEEPEST} inside each other.`,
        at,
      );
    const said = Object.entries(given).filter(([, value]) => value != null);
    if (said.length !== 1)
      throw new Refusal('INVALID_INPUT', 'Say exactly one thing; several go into `and` or `or`.', at);
    const [name] = said[0] as [keyof SegmentFilter, unknown];
    const here = [...at, name];
    const { and, or, not, trait, orders, customerSince } = given;
    if (not) return { not: check(not, here, depth + 1) };
    const several = and ?? or;
    if (several) {
      checkList(several, here);
      return { [name]: several.map((each, i) => check(each, [...here, String(i)], depth + 1)) };
    }
    if (trait) checkTrait(trait, here);
    else if (orders) checkOrders(orders, here);
    else if (customerSince) checkSpan(customerSince, here);
    else if (given.consent) checkList(given.consent.stateIn, [...here, 'stateIn']);
    else checkWords(given[name] as readonly string[], here);
    return { [name]: withoutNulls(given[name]) };
  };
  return check(filter, field, 1);
}

function checkList(list: readonly unknown[], at: Path): void {
  if (list.length === 0 || list.length > MOST_IN_LIST)
    throw new Refusal('INVALID_INPUT', `Name 1 to ${MOST_IN_LIST}.`, at);
}

function checkWords(words: readonly string[], at: Path): void {
  checkList(words, at);
  words.forEach((word, i) => checkText(word, [...at, String(i)], LONGEST_TEXT));
}

function checkTrait(trait: SegmentTrait, at: Path): void {
  const { key, isKnown, textIn, numberAtLeast, numberAtMost, boolean, from, until } = trait;
  if (!/^[a-z][a-z0-9_.]{0,63}$/.test(key))
    throw new Refusal('INVALID_INPUT', 'No trait has such a key: see `traitsSet`.', [...at, 'key']);
  if (textIn) checkWords(textIn, [...at, 'textIn']);
  const kinds = [textIn, numberAtLeast ?? numberAtMost, boolean, from ?? until].filter((each) => each != null);
  if (kinds.length > 1 || (isKnown === false && kinds.length > 0))
    throw new Refusal('INVALID_INPUT', 'A trait has one kind: ask for a text, a number, true or false, or a time.', at);
  if (kinds.length === 0 && isKnown == null)
    throw new Refusal('INVALID_INPUT', 'Say what is asked of the trait; `isKnown` asks whether there is one.', at);
  for (const [name, bound] of Object.entries({ numberAtLeast, numberAtMost }))
    if (bound != null && !Number.isFinite(bound))
      throw new Refusal('INVALID_INPUT', 'A number is a finite one.', [...at, name]);
  checkOrder(numberAtLeast, numberAtMost, at);
  if (from ?? until) checkSpan(trait, at);
}

const MOST_ORDERS = 1_000_000_000;

function checkOrders(orders: SegmentOrders, at: Path): void {
  const { countAtLeast, countAtMost, valueAtLeast, valueAtMost, lastPlaced } = orders;
  if (Object.values(orders).every((each) => each == null))
    throw new Refusal('INVALID_INPUT', 'Say what is asked of the orders.', at);
  for (const [name, count] of Object.entries({ countAtLeast, countAtMost }))
    if (count != null) checkWhole(count, [...at, name], 0, MOST_ORDERS);
  checkOrder(countAtLeast, countAtMost, at);
  for (const [name, value] of Object.entries({ valueAtLeast, valueAtMost }))
    if (value) {
      checkCurrency(value.currency, [...at, name, 'currency']);
      checkWhole(value.amountMinor, [...at, name, 'amountMinor'], -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    }
  if (lastPlaced) checkSpan(lastPlaced, [...at, 'lastPlaced']);
}

function checkSpan({ from, until }: SegmentSpan, at: Path): void {
  if (from == null && until == null) throw new Refusal('INVALID_INPUT', 'Say `from`, `until` or both.', at);
  if (from != null) checkMoment(new Date(from), [...at, 'from']);
  if (until != null) checkMoment(new Date(until), [...at, 'until']);
  checkOrder(from && Date.parse(from), until && Date.parse(until), at);
}

function checkOrder(least: number | '' | null | undefined, most: number | '' | null | undefined, at: Path): void {
  if (least != null && most != null && least > most)
    throw new Refusal('INVALID_INPUT', 'Nobody can fulfil this: the lower bound is above the upper one.', at);
}

/** The same without what is null: absent says the same, and two filters that say the same are equal. */
function withoutNulls<T>(value: T): T {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const said = Object.entries(value).filter(([, each]) => each != null);
  return Object.fromEntries(said.map(([name, each]) => [name, withoutNulls(each as unknown)])) as T;
}
