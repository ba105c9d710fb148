import { normalizeIdentity } from '../../services/customers/normalize-identity.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';
import { cell } from './cell.ts';
import { type Column, optional } from './kind.ts';

const KINDS: Readonly<Record<string, IdentityKind>> = {
  customer_external_id: 'external_id',
  customer_email: 'email',
  customer_phone: 'phone',
  customer_loyalty_id: 'loyalty_id',
  visitor_id: 'visitor_id',
};

/** Who somebody is, in a table of something else. The first one that is told counts. */
export const WHO_COLUMNS: readonly Column[] = [
  optional(
    'customer_external_id',
    'who: the id in your system, as in the table of customers. One of these five must be there',
  ),
  optional('customer_email', 'who: e-mail address'),
  optional('customer_phone', 'who: phone number with + and country'),
  optional('customer_loyalty_id', 'who: number of a loyalty card'),
  optional('visitor_id', 'who: the id of a browser, for somebody not known by name'),
];
export const WHO_NAMES = WHO_COLUMNS.map(({ name }) => name);

/** An identity, checked to be one. */
export function readWho(record: TableRecord): { kind: IdentityKind; value: string } {
  for (const [column, kind] of Object.entries(KINDS)) {
    const value = cell.name(record, column, 320);
    if (value === null) continue;
    normalizeIdentity(kind, value, { field: [column] });
    return { kind, value };
  }
  throw new Misshapen(`${WHO_NAMES.join(', ')}: one of them must not be empty`);
}
