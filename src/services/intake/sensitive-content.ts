import type { SensitiveKind } from '../../values/vocabulary.ts';
import { mentionsIn } from './mentions.ts';

const READ_CHARACTERS = 2_000;
/** Digits as people write them, with what parts them. */
const CARD = /(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![\d-])/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g;
const NATIONAL_PHONE = /(?<![\d.,:/-])0[1-9](?:[ ()/-]{0,2}\d){6,11}(?![\d:/-])/;

/** What a text tells that not everybody should read. Kinds only: what it says stays in it. */
export function sensitiveKindsIn(text: string): SensitiveKind[] {
  const { addresses, orderNumbers } = mentionsIn(text);
  const beginning = text.slice(0, READ_CHARACTERS);
  const cards = (beginning.match(CARD) ?? []).some((found) => isCard(found.replaceAll(/\D/g, '')));
  const ibans = (beginning.match(IBAN) ?? []).some((found) => isIban(found.replaceAll(' ', '')));
  const found: Record<SensitiveKind, boolean> = {
    email: addresses.some((address) => address.includes('@')),
    phone: addresses.some((address) => address.startsWith('+')) || (!cards && NATIONAL_PHONE.test(beginning)),
    card_number: cards,
    bank_account: ibans,
    order_number: orderNumbers.length > 0,
  };
  return (Object.keys(found) as SensitiveKind[]).filter((kind) => found[kind]);
}

/** Luhn: the last digit is a check of the others. */
function isCard(digits: string): boolean {
  const sum = [...digits]
    .reverse()
    .map(Number)
    .reduce((all, digit, place) => all + (place % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0 && !/^(\d)\1*$/.test(digits);
}

/** ISO 13616: the remainder by 97 is 1. */
function isIban(text: string): boolean {
  const digits = [...`${text.slice(4)}${text.slice(0, 4)}`].map((sign) => Number.parseInt(sign, 36)).join('');
  return text.length >= 15 && BigInt(digits) % 97n === 1n;
}
