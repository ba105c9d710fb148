import { Refusal } from '../../values/refusal.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import type { StatedIdentity } from '../orders/order-fact.ts';
import type { StatedPerson } from './source-fact.ts';

const LONGEST_NAME = 200;

/** The identities of a person that can be compared: shops let people write anything where an address or a number belongs. */
export function identitiesOf({ identities }: StatedPerson): StatedPerson['identities'] {
  return identities.filter(({ kind, value }) => {
    try {
      return normalizeIdentity(kind, value) !== '';
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  });
}

/** Who ordered: by every identity that is one, the best first. Whom nobody names is a customer of their own, known by this order. */
export function buyerOf(buyer: StatedPerson, source: string, orderNumber: string): StatedIdentity {
  const [best, ...others] = identitiesOf(buyer);
  const guest = { kind: 'external_id' as const, value: `${source}:order:${orderNumber}` };
  const displayName = buyer.displayName?.slice(0, LONGEST_NAME).toWellFormed() ?? null;
  return { ...(best ?? guest), displayName, others };
}
