import type { TableRecord } from '../read-records.ts';
import { cell } from './cell.ts';
import { type Column, optional } from './kind.ts';

const PARTS = {
  line1: 'line1',
  line2: 'line2',
  postalCode: 'postal_code',
  city: 'city',
  region: 'region',
  country: 'country',
};

export const addressColumns = (whose: string): readonly Column[] => [
  optional('line1', `${whose}: street and number`),
  optional('line2', 'second line'),
  optional('postal_code', 'postal code, as text: leading zeros stay'),
  optional('city', 'city'),
  optional('region', 'state or region'),
  optional('country', 'country, best as two letters of ISO 3166: `FI`'),
];

/** Null where no part of an address is told. */
export function readAddress(record: TableRecord): Record<keyof typeof PARTS, string | null> | null {
  const parts = Object.entries(PARTS).map(([part, column]) => [part, cell.name(record, column, 300)] as const);
  if (parts.every(([, text]) => text === null)) return null;
  return Object.fromEntries(parts) as Record<keyof typeof PARTS, string | null>;
}
