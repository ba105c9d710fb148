import type { Scope } from '../scope.ts';
import { variantsOf } from './identity-variants.ts';

/** Fewer digits say too little of whose number it is. */
const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;

/**
 * The number, in E.164, that somebody is known by and that is written so at home: for a national writing of which nobody says the country.
 * Null: nobody's, or several are written so.
 */
export async function findNationalForm({ db: { sql } }: Pick<Scope, 'db'>, written: string): Promise<string | null> {
  const digits = written.normalize('NFKC').replaceAll(/\D/g, '');
  const tail = digits.replace(/^0+/, '');
  if (tail.length < FEWEST_DIGITS || digits.length > MOST_DIGITS || /\p{L}/u.test(written)) return null;
  const low = [...tail].reverse().join('');
  const rows = await sql<{ normalized: string }[]>`
    select normalized from identities
    where kind = 'phone' and reverse(normalized) >= ${low} and reverse(normalized) < ${`${low}:`}
    order by reverse(normalized) limit 10`;
  const [one, ...others] = rows.filter(({ normalized }) => variantsOf('phone', normalized).includes(digits));
  return one && others.length === 0 ? one.normalized : null;
}
