import { newId, type CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { identifyCustomers, identityKey, type NormalizedIntroduction } from '../customers/identify-customers.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import type { TransactionScope } from '../scope.ts';
import type { FactOrigin, OrderFact, OrderFactBody } from './order-fact.ts';

/** A fact whose customer is known by id: what can be kept. */
export type ResolvedFact = FactOrigin & OrderFactBody;

/**
 * Puts our customer id where a placed order names an identity, so that no raw identity is kept in facts; an unknown identity
 * makes a customer. Who was erased with the identity is nobody: the order is kept for the books, without a person. An unknown customer id is refused. The number of statements does not depend on the number of facts.
 */
export async function resolveBuyers(tx: TransactionScope, facts: readonly OrderFact[]): Promise<ResolvedFact[]> {
  await refuseUnknownIds(tx, facts);
  const introductions = facts.filter(isPlaced).flatMap(introductionOf);
  const identified = introductions.length === 0 ? null : await identifyCustomers(tx, introductions);
  return facts.map((fact): ResolvedFact => {
    if (!isPlaced(fact)) return fact;
    const { identity: _, customerId, ...placed } = fact;
    const [introduction] = introductionOf(fact);
    return {
      ...placed,
      customerId: introduction
        ? (identified!.get(identityKey(introduction))?.customerId ?? newId('customer'))
        : customerId!,
    };
  });
}

type Placed = OrderFact & { kind: 'order_placed' };
const isPlaced = (fact: OrderFact): fact is Placed => fact.kind === 'order_placed';

function introductionOf({ customerId, identity, source, occurredAt }: Placed): NormalizedIntroduction[] {
  if (customerId != null || !identity) return [];
  return [{ ...identity, normalized: normalizeIdentity(identity.kind, identity.value), source, occurredAt }];
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
