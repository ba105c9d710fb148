import type { Comparable, Email, Line, Name } from './comparable.ts';
import { withoutUmlautE } from './fold.ts';
import { areNicknames } from './nicknames.ts';
import { isOneEdit, isTwoEdits, likenessOf, type Word } from './similarity.ts';

/** Levels of FIELDS by what they mean. 0 is neutral: one of the two has no such field. */
const [SAME, NEAR] = [1, 2];
const SWAPPED = 6;
const OTHER_LINE = 5;
const [ALIKE_GIVEN, ALIKE_FAMILY] = [4, 3];

/** How two persons compare: fills in one level for each of FIELDS, in that order. */
export function comparePersons(a: Comparable, b: Comparable, levels: Uint8Array): void {
  compareNames(a, b, levels);
  levels[2] = compareBirth(a.birth, b.birth);
  levels[3] = best(a.loyaltyIds, b.loyaltyIds, compareLoyalty);
  const email = best(a.emails, b.emails, compareEmail);
  levels[4] = email === 0 ? 0 : email + 5 * (2 - namesInCommon(levels));
  levels[5] = best(a.phones, b.phones, comparePhone);
  compareAddresses(a, b, levels);
}

/** 0 to 2, as far as an e-mail address that is made of them may be alike because of it. */
function namesInCommon(levels: Uint8Array): number {
  if (levels[0] === SWAPPED) return 2;
  return Number(levels[0]! > 0 && levels[0]! <= ALIKE_GIVEN) + Number(levels[1]! > 0 && levels[1]! <= ALIKE_FAMILY);
}

const isNear = (level: number): boolean => level === SAME || level === NEAR;

/** The same level in the second context where the field that goes before does not agree: as many further as the first one has. */
const beside = (isAgreed: boolean, level: number, levels: number): number =>
  level === 0 || isAgreed ? level : level + levels;

function compareNames(a: Comparable, b: Comparable, levels: Uint8Array): void {
  const given = compareGiven(a.given, b.given);
  const family = compareFamily(a.family, b.family);
  const isApart = (given === 0 || given >= 4) && (family === 0 || family >= 3);
  if (isApart && areSwapped(a, b)) {
    levels[0] = SWAPPED;
    levels[1] = 0;
    return;
  }
  levels[0] = given;
  levels[1] = family;
}

/** One's given name is the other's family name, and nothing that both have speaks against it. */
function areSwapped(a: Comparable, b: Comparable): boolean {
  const there = isCrossed(a.given, b.family);
  if (there === false) return false;
  const back = isCrossed(a.family, b.given);
  return back !== false && (there ?? back) === true;
}

const isCrossed = (one: Word, other: Word): boolean | null =>
  one.text === '' || other.text === '' ? null : likenessOf(one, other) >= 0.9 || isOneEdit(one.text, other.text);

function compareGiven(a: Name, b: Name): number {
  const [one, other] = [a.text, b.text];
  if (one === '' || other === '') return 0;
  if (one === other) return 1;
  const alike = likenessOf(a, b);
  if (areNicknames(one, other) || (alike > 0 && withoutUmlautE(one) === withoutUmlautE(other))) return 2;
  if (isTypingError(a, b, alike)) return 3;
  if (alike >= 0.8 || isBeginning(one, other) || a.sound === b.sound) return 4;
  return 5;
}

const isTypingError = (a: Word, b: Word, alike: number): boolean =>
  alike >= 0.92 || (Math.min(a.text.length, b.text.length) > 3 && isOneEdit(a.text, b.text));

/** An initial, or the first of several names. */
const isBeginning = (one: string, other: string): boolean =>
  one.length < other.length
    ? (one.length === 1 && other.startsWith(one)) || other.startsWith(`${one} `)
    : (other.length === 1 && one.startsWith(other)) || one.startsWith(`${other} `);

function compareFamily(a: Name, b: Name): number {
  const [one, other] = [a.text, b.text];
  if (one === '' || other === '') return 0;
  if (one === other) return 1;
  const alike = likenessOf(a, b);
  if (isTypingError(a, b, alike) || (alike > 0 && withoutUmlautE(one) === withoutUmlautE(other))) return 2;
  return alike >= 0.82 || a.sound === b.sound || sharesWord(one, other) ? 3 : 4;
}

/** A long word in common, as in double names. */
function sharesWord(one: string, other: string): boolean {
  if (!one.includes(' ') && !other.includes(' ')) return false;
  const words = one.split(' ');
  return other.split(' ').some((word) => word.length > 3 && words.includes(word));
}

function compareBirth(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  const [year, month, day] = [a.slice(0, 4), a.slice(4, 6), a.slice(6)];
  if (b === year + day + month) return 2;
  if (isOneEdit(a, b)) return 3;
  const same = Number(b.startsWith(year)) + Number(b.slice(4, 6) === month) + Number(b.slice(6) === day);
  if (same === 2 || isTwoEdits(a, b)) return 4;
  return same === 1 && b.startsWith(year) ? 5 : 6;
}

function compareLoyalty(a: string, b: string): number {
  if (a === b) return 1;
  if (Math.min(a.length, b.length) > 4 && isOneEdit(a, b)) return 2;
  return Math.min(a.length, b.length) > 6 && isTwoEdits(a, b) ? 3 : 4;
}

function compareEmail(a: Email, b: Email): number {
  if (a.text === b.text) return 1;
  if (isTwoEdits(a.text, b.text)) return 2;
  if (a.local.text === b.local.text) return 3;
  return likenessOf(a.local, b.local) >= 0.9 ? 4 : 5;
}

const TAIL = 7;

function comparePhone(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= TAIL && long.endsWith(short)) return 2;
  return isOneEdit(short.slice(-TAIL), long.slice(-TAIL)) ? 3 : 4;
}

function compareAddresses(a: Comparable, b: Comparable, levels: Uint8Array): void {
  let street = compareLine(a.street, b.street);
  let unit = compareLine(a.unit, b.unit);
  // The two lines of an address are mixed up as given and family name are.
  if (!isNear(street) && (isNearLine(a.street, b.unit) || isNearLine(a.unit, b.street)))
    [street, unit] = [OTHER_LINE, 0];
  const postalCode = comparePostalCode(a.postalCode, b.postalCode);
  const city = compareLine(a.city, b.city);
  const region = a.region === '' || b.region === '' ? 0 : isOneEdit(a.region, b.region) ? SAME : 2;
  levels[6] = beside(isNear(postalCode), street, 5);
  levels[7] = beside(isNear(street), compareShort(a.houseNumber, b.houseNumber), 3);
  levels[8] = unit;
  levels[9] = postalCode;
  levels[10] = beside(isNear(postalCode), city, 4);
  levels[11] = beside(isNear(postalCode) || isNear(city), region, 2);
}

function compareLine(a: Line, b: Line): number {
  if (a.text === '' || b.text === '') return 0;
  if (a.text === b.text) return 1;
  const alike = likenessOf(a.squeezed, b.squeezed);
  if (alike >= 0.92 || isOneEdit(a.squeezed.text, b.squeezed.text)) return 2;
  return alike >= 0.8 || a.words.some((word) => b.words.includes(word)) ? 3 : 4;
}

function isNearLine(a: Line, b: Line): boolean {
  if (a.text === '' || b.text === '') return false;
  return likenessOf(a.squeezed, b.squeezed) >= 0.92 || isOneEdit(a.squeezed.text, b.squeezed.text);
}

function compareShort(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  return isOneEdit(a, b) && Math.max(a.length, b.length) > 1 ? 2 : 3;
}

function comparePostalCode(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  if (isOneEdit(a, b)) return 2;
  return a.slice(0, 2) === b.slice(0, 2) ? 3 : 4;
}

/** The best level over all values of one and of the other: a person has several addresses, and one in common is enough. */
function best<Value>(
  ours: readonly Value[],
  theirs: readonly Value[],
  compare: (a: Value, b: Value) => number,
): number {
  let found = 0;
  for (const a of ours)
    for (const b of theirs) {
      const level = compare(a, b);
      if (found === 0 || level < found) found = level;
    }
  return found;
}
