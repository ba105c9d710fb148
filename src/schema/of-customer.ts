import { Extensions } from 'type-graphql';

const KEY = 'ofCustomer';
const NOBODY = '';

/**
 * Whose an object of this type is: the property of its row that holds the customer's id. Whoever is answered with one is written down as having
 * read of that customer. What is reached over it is of the same customer, unless it says otherwise itself; the build fails where a type with
 * personal data is reached and nothing said whose.
 */
export const OfCustomer = (property: string): ClassDecorator => Extensions({ [KEY]: property }) as ClassDecorator;

/** Nothing of this type speaks of a customer, although it asks for a right that opens personal data elsewhere. */
export const OfNobody = (): ClassDecorator => OfCustomer(NOBODY);

/** The property among the extensions of a type. Null: it is of nobody. Undefined: nothing is said. */
export function customerPropertyIn(extensions: Readonly<Record<string, unknown>>): string | null | undefined {
  const property = extensions[KEY];
  return property === NOBODY ? null : (property as string | undefined);
}
