import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { identifyCustomer } from '../customers/identify-customer.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import type { TransactionScope } from '../scope.ts';
import type { FactOrigin, OrderFact, OrderFactBody } from './order-fact.ts';

/** A fact whose customer is known by id: what can be kept. */
export type ResolvedFact = FactOrigin & OrderFactBody;

/**
 * Puts our customer id where a placed order names an identity, so that no raw identity is kept in facts. Known identities are
 * looked up together; an unknown one makes a customer. An unknown customer id is refused.
 */
export async function resolveBuyers(tx: TransactionScope, facts: readonly OrderFact[]): Promise<ResolvedFact[]> {
  const known = await knownIdentities(tx, facts);
  await refuseUnknownIds(tx, facts);
  const resolved: ResolvedFact[] = [];
  for (const fact of facts) {
    if (fact.kind !== 'order_placed') {
      resolved.push(fact);
      continue;
    }
    const { identity: _, customerId, ...placed } = fact;
    resolved.push({ ...placed, customerId: customerId ?? (await identify(tx, fact, known)) });
  }
  return resolved;
}

type Placed = OrderFact & { kind: 'order_placed' };
const isPlaced = (fact: OrderFact): fact is Placed => fact.kind === 'order_placed';
const keyOf = (kind: string, normalized: string) => `${kind}\n${normalized}`;
const normalized = (identity: NonNullable<Placed['identity']>) => normalizeIdentity(identity.kind, identity.value);

async function knownIdentities(tx: TransactionScope, facts: readonly OrderFact[]): Promise<Map<string, CustomerId>> {
  const asked = facts.filter(isPlaced).flatMap(({ identity }) => (identity ? [identity] : []));
  if (asked.length === 0) return new Map();
  const rows = await tx.db.sql<{ kind: string; normalized: string; customerId: CustomerId }[]>`
    select kind, normalized, customer_id from identities
    where (kind, normalized) in (
      select * from unnest(${asked.map(({ kind }) => kind)}::text[], ${asked.map(normalized)}::text[])
    )`;
  return new Map(rows.map((row) => [keyOf(row.kind, row.normalized), row.customerId]));
}

async function identify(tx: TransactionScope, fact: Placed, known: Map<string, CustomerId>): Promise<CustomerId> {
  const identity = fact.identity!;
  const key = keyOf(identity.kind, normalized(identity));
  const found = known.get(key);
  if (found) return found;
  const { customerId } = await identifyCustomer(tx, {
    kind: identity.kind,
    value: identity.value,
    displayName: identity.displayName ?? null,
    source: fact.source,
    occurredAt: fact.occurredAt,
  });
  known.set(key, customerId);
  return customerId;
}

async function refuseUnknownIds(tx: TransactionScope, facts: readonly OrderFact[]): Promise<void> {
  const asked = [...new Set(facts.filter(isPlaced).flatMap(({ customerId }) => (customerId ? [customerId] : [])))];
  if (asked.length === 0) return;
  const rows = await tx.db.sql<{ id: CustomerId }[]>`select id from customers where id = any(${asked})`;
  const there = new Set(rows.map((row) => row.id));
  const at = facts.findIndex((fact) => isPlaced(fact) && fact.customerId && !there.has(fact.customerId));
  if (at >= 0)
    throw new Refusal('NOT_FOUND', 'No customer has this id. Name the customer by `identity` instead.', [
      'facts',
      String(at),
      'customerId',
    ]);
}
