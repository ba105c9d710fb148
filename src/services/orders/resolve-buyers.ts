import type { IdentityRules } from '../../values/identity-rules.ts';
import { newId, type CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { identifyCustomers, identityKey, type NormalizedIntroduction } from '../customers/identify-customers.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import { activeRules, knownRules } from '../customers/resolving/active-rules.ts';
import { isBlocked } from '../customers/resolving/blocked-values.ts';
import { resolveCustomer } from '../customers/resolving/resolve-customer.ts';
import { ErasedRefusal } from '../customers/suppression.ts';
import { StartOver } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import type { FactOrigin, OrderFact, OrderFactBody } from './order-fact.ts';

/** A fact whose customer is known by id: what can be kept. */
export type ResolvedFact = FactOrigin & OrderFactBody;

/**
 * Puts our customer id where a placed order names identities, so that no raw identity is kept in facts; unknown ones make a customer. Who
 * was erased with one is nobody: the order is kept for the books, without a person. An unknown customer id is refused. Buyers who are known by one
 * identity are found together, whatever their number; the others one by one.
 */
export async function resolveBuyers(tx: TransactionScope, facts: readonly OrderFact[]): Promise<ResolvedFact[]> {
  await refuseUnknownIds(tx, facts);
  const named = facts.filter(isPlaced).filter(({ customerId, identity }) => customerId == null && identity);
  const known = knownRules(tx);
  const isPlain = Map.groupBy(named, (fact) => isKnownByOne(known.rules, fact));
  const introductions = (isPlain.get(true) ?? []).map(introductionOf);
  const [current, identified] =
    introductions.length === 0
      ? [known, null]
      : await Promise.all([activeRules(tx), identifyCustomers(tx, introductions)]);
  // Others count since this process read them last; by now it knows them.
  if (current.version !== known.version) throw new StartOver();
  const resolved = new Map<OrderFact, CustomerId>();
  // What too many came with tells nobody apart: a till's telephone must not put a stranger's order into somebody's record.
  const shared = (isPlain.get(true) ?? []).filter((fact) => identified!.shared.has(identityKey(introductionOf(fact))));
  for (const fact of [...(isPlain.get(false) ?? []), ...shared]) resolved.set(fact, await resolveBuyer(tx, fact));
  return facts.map((fact): ResolvedFact => {
    if (!isPlaced(fact)) return fact;
    const { identity, customerId, ...placed } = fact;
    if (customerId != null || !identity) return { ...placed, customerId: customerId! };
    const found = resolved.get(fact) ?? identified?.customers.get(identityKey(introductionOf(fact)))?.customerId;
    return { ...placed, customerId: found ?? newId('customer') };
  });
}

type Placed = OrderFact & { kind: 'order_placed' };
const isPlaced = (fact: OrderFact): fact is Placed => fact.kind === 'order_placed';

/** Whether the buyer is named by one identity, of which the rules do not say that it names nobody. */
function isKnownByOne(rules: IdentityRules, { identity }: Placed): boolean {
  const { kind, value, others = [] } = identity!;
  return others.length === 0 && !isBlocked(rules, kind, value);
}

async function resolveBuyer(tx: TransactionScope, fact: Placed): Promise<CustomerId> {
  const { identity, source, occurredAt, orderNumber, shippingAddress } = fact;
  const { kind, value, displayName = null, others = [] } = identity!;
  const appearance = {
    identities: [{ kind, value }, ...others],
    // Of whom nothing can be used is a customer of their own, known by this order.
    guestId: `${source}:order:${orderNumber}`,
    ...{ displayName, market: shippingAddress?.country ?? null, source, occurredAt },
  };
  try {
    return (await resolveCustomer(tx, appearance))!.customerId;
  } catch (error) {
    if (error instanceof ErasedRefusal) return newId('customer');
    throw error;
  }
}

function introductionOf({ identity, source, occurredAt }: Placed): NormalizedIntroduction {
  const { kind, value, displayName = null } = identity!;
  return { kind, value, displayName, normalized: normalizeIdentity(kind, value), source, occurredAt };
}

async function refuseUnknownIds(tx: TransactionScope, facts: readonly OrderFact[]): Promise<void> {
  const asked = [
    ...new Set(facts.filter(isPlaced).flatMap(({ customerId }) => (customerId == null ? [] : [customerId]))),
  ];
  if (asked.length === 0) return;
  const rows = await tx.db.sql<{ id: CustomerId }[]>`select id from customers where id = any(${asked})`;
  const there = new Set(rows.map((row) => row.id));
  const at = facts.findIndex((fact) => isPlaced(fact) && fact.customerId != null && !there.has(fact.customerId));
  if (at >= 0)
    throw new Refusal('NOT_FOUND', 'No customer has this id. Name the customer by `identity` instead.', [
      'facts',
      String(at),
      'customerId',
    ]);
}
