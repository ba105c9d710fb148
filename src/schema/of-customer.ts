import { Extensions } from 'type-graphql';

const KEY = 'ofCustomer';

/**
 * Whose an object of this type is: the properties of its row that hold a customer's id. Whoever is answered with one is written down as having
 * read of these customers. What is reached over it is of the same customer, unless it says otherwise itself; the build fails where a type with
 * personal data is reached and nothing said whose.
 */
export const OfCustomer = (...properties: readonly string[]): ClassDecorator =>
  Extensions({ [KEY]: properties }) as ClassDecorator;

/** Nothing of this type speaks of a customer, although it asks for a right that opens personal data elsewhere. */
export const OfNobody = (): ClassDecorator => OfCustomer();

/** The properties among the extensions of a type. Empty: it is of nobody. Undefined: nothing is said. */
export const customerPropertiesIn = (extensions: Readonly<Record<string, unknown>>): readonly string[] | undefined =>
  extensions[KEY] as readonly string[] | undefined;
