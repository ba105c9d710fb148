import { DATA_CLASSES, type DataClass } from '../../values/personal-classes.ts';
import { servesViewer } from '../access/purposes.ts';
import type { Scope } from '../scope.ts';
import { countryOf, notAgreedTo } from './not-agreed-to.ts';

/**
 * A condition in SQL on rows of a class, by the column with any customer id of the person: that the person has refused none of what it needs, and agreed
 * where that is asked for. Of a column that is the same for many rows the database asks once.
 */
export function consentAllows(dataClass: DataClass, column: string): string {
  const { needs } = DATA_CLASSES[dataClass];
  if (needs.length === 0) return 'true';
  const person = `coalesce((select pl.person_id from person_links pl where pl.member_id = ${column}), ${column})`;
  const members = `select ${person} union all select pl.member_id from person_links pl where pl.person_id = ${person}`;
  const country = `(select ${countryOf('pc')} from customers pc where pc.id = ${person})`;
  return `not exists (
    select from consents k
    where k.valid_to is null and k.state <> 'granted' and k.purpose in (${needs.map((purpose) => `'${purpose}'`).join(', ')})
      and k.customer_id in (${members})
  ) and not exists (${notAgreedTo(needs, { country, members })})`;
}

/** The same for a viewer, in a statement of postgres.js: false where they look at it for no purpose, true where it is their own. */
export function isOpenTo({ db: { sql }, viewer }: Scope, dataClass: DataClass, column: string) {
  if (!servesViewer(viewer, dataClass)) return sql`false`;
  return viewer.role === 'customer' ? sql`true` : sql`${sql.unsafe(consentAllows(dataClass, column))}`;
}
