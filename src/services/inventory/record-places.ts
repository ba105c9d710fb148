import { checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { checkPlace, type Place } from './check-place.ts';
import { nameKey, postalCodeKey } from './place-names.ts';

/** Where a postal code is. */
export interface PlaceRecord extends Place {
  /** ISO 3166, two letters. */
  readonly country: string;
  readonly postalCode: string;
  /** The town or district that people name. */
  readonly name: string;
}

/**
 * Makes or moves places by country and postal code. Of two records of one code the later counts; what is already so changes nothing. Places are
 * public and change nothing of anybody's: they are not told.
 */
export async function recordPlaces(scope: Scope, records: readonly PlaceRecord[]): Promise<void> {
  requireRight(scope.viewer, 'catalogue:write');
  const rows = new Map(
    records.map((record, i) => {
      const row = toRow(record, ['places', String(i)]);
      return [`${row.country} ${row.postal_code}`, row];
    }),
  );
  if (rows.size === 0) return;
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    await sql`
      insert into places as p (country, postal_code, name, name_key, latitude, longitude)
      select * from jsonb_to_recordset(${sql.json([...rows.values()])}::jsonb)
        as r(country text, postal_code text, name text, name_key text, latitude float8, longitude float8)
      order by r.country collate "C", r.postal_code collate "C"
      on conflict (country, postal_code) do update set
        name = excluded.name, name_key = excluded.name_key, latitude = excluded.latitude, longitude = excluded.longitude
      where (p.name, p.latitude, p.longitude) is distinct from (excluded.name, excluded.latitude, excluded.longitude)`;
  });
}

function toRow({ country, postalCode, name, latitude, longitude }: PlaceRecord, at: readonly string[]) {
  if (!/^[A-Za-z]{2}$/.test(country))
    throw new Refusal('INVALID_INPUT', 'A country is two letters of ISO 3166, for example FI.', [...at, 'country']);
  checkText(postalCode, [...at, 'postalCode'], 20);
  checkText(name, [...at, 'name'], 200);
  const code = postalCodeKey(postalCode);
  if (code === '') throw new Refusal('INVALID_INPUT', 'A postal code has letters or digits.', [...at, 'postalCode']);
  return {
    ...{ country: country.toUpperCase(), postal_code: code, name, name_key: nameKey(name) },
    ...checkPlace({ latitude, longitude }, at),
  };
}
