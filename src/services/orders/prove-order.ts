import { checkText } from '../../values/check-text.ts';
import type { CustomerId, OrderId } from '../../values/ids.ts';
import { matchKeyOf } from '../../values/match-key.ts';
import { Refusal } from '../../values/refusal.ts';
import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { IdentityKind, OrderStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { countProof } from './count-proof.ts';
import type { StatusTold } from './freshness.ts';
import { ordersWithinReach } from './order-reach.ts';

/** What only somebody knows whose order it is; exactly one of them. */
export interface OrderProof {
  readonly postcode?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

/** What somebody may know of an order who has proved that it is theirs: how it stands. */
export interface ProvenOrder extends StatusTold {
  readonly id: OrderId;
  readonly customerId: CustomerId;
  readonly number: string;
  readonly status: OrderStatus;
  readonly fulfilmentStatus: FulfilmentStatus;
  readonly returnStatus: OrderReturnStatus;
  readonly placedAt: Date;
}

export interface ProvenParcel {
  readonly orderId: OrderId;
  readonly status: ShipmentStatus;
  readonly statusOccurredAt: Date;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly estimatedDeliveryAt: Date | null;
}

/** What a proof is held against. */
interface Known {
  readonly id: OrderId;
  readonly postcode: string | null;
  readonly country: string | null;
  readonly identities: readonly { readonly kind: IdentityKind; readonly normalized: string }[] | null;
}

const LONGEST = 320;

/**
 * Whether there is an order with this number among those that the viewer may read, and the proof fits. Throws RateLimited after a few
 * that did not.
 */
export async function isProven(
  scope: Scope,
  installation: Installation,
  number: string,
  proof: OrderProof,
): Promise<boolean> {
  return (
    (await proveOrder(scope, installation, { number, proof, within: ordersWithinReach(scope, 'orders:read') })) !== null
  );
}

/** Id of the order with this number, if the proof fits. Null: it does not, or there is no such number; both answer alike and cost alike. */
async function proveOrder(
  scope: Scope,
  installation: Installation,
  { number, proof, within }: { number: string; proof: OrderProof; within: ReturnType<typeof ordersWithinReach> },
): Promise<OrderId | null> {
  checkText(number, ['number'], LONGEST);
  const [kind, value] = onlyOf(proof);
  const takeBack = await countProof(scope, installation, number);
  const known = await readKnown(scope, number, within);
  // Compared also where there is nothing to compare with.
  const fits = kind === 'postcode' ? fitsPostcode(known, value) : fitsIdentity(known, kind, value);
  if (!known || !fits) return null;
  await takeBack();
  return known.id;
}

/** What may be told for a number and a proof, to whoever asks. Null: one of them is wrong. Throws RateLimited after a few wrong ones. */
export async function findProvenOrder(
  scope: Scope,
  installation: Installation,
  number: string,
  proof: OrderProof,
): Promise<ProvenOrder | null> {
  requireRight(scope.viewer, 'orders:prove');
  const { sql } = scope.db;
  const id = await proveOrder(scope, installation, { number, proof, within: sql`true` });
  if (id === null) return null;
  const [row] = await sql<ProvenOrder[]>`
    select id, customer_id, number, status, status_occurred_at, status_received_at, status_recorded_at, status_source, status_source_kind,
      fulfilment_status, return_status, placed_at
    from orders where id = ${id}`;
  return row ?? null;
}

/** Its parcels, the oldest first. For the answer to a proof alone. */
export async function parcelsOfProvenOrder(scope: Scope, { id }: ProvenOrder): Promise<ProvenParcel[]> {
  requireRight(scope.viewer, 'orders:prove');
  return scope.db.sql<ProvenParcel[]>`
    select order_id, status, status_occurred_at, carrier, tracking_number, estimated_delivery_at
    from shipments where order_id = ${id} order by created_at, id limit 100`;
}

function onlyOf(proof: OrderProof): ['postcode' | 'email' | 'phone', string] {
  const given = (['postcode', 'email', 'phone'] as const).filter((kind) => proof[kind] != null);
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw new Refusal('INVALID_INPUT', 'A proof is one of `postcode`, `email` and `phone`.', ['proof']);
  return [kind, checkText(proof[kind]!, ['proof', kind], LONGEST)];
}

async function readKnown(
  { db: { sql } }: Scope,
  number: string,
  within: ReturnType<typeof ordersWithinReach>,
): Promise<Known | null> {
  const [row] = await sql<Known[]>`
    select o.id, coalesce(o.shipping_address ->> 'postalCode', c.address ->> 'postalCode') as postcode,
      coalesce(o.shipping_address ->> 'country', c.address ->> 'country', c.market) as country,
      (select json_agg(json_build_object('kind', i.kind, 'normalized', i.normalized)) from identities i
        where i.kind in ('email', 'phone') and i.customer_id in (
          select p.id union all select m.member_id from person_links m where m.person_id = p.id)) as identities
    from orders o join customers c on c.id = o.customer_id
    cross join lateral (
      select coalesce((select l.person_id from person_links l where l.member_id = o.customer_id), o.customer_id) as id) p
    where o.number = ${number} and ${within}`;
  return row ?? null;
}

const bareCode = (text: string) =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

function fitsPostcode(known: Known | null, value: string): boolean {
  const [asked, kept] = [bareCode(value), bareCode(known?.postcode ?? '')];
  return asked !== '' && asked === kept;
}

/** A number without its country is read in the country of the order; what cannot be read at all fits nothing, and is no error. */
function fitsIdentity(known: Known | null, kind: 'email' | 'phone', value: string): boolean {
  const asked = [null, known?.country ?? null].flatMap((market) => {
    try {
      return [normalizeIdentity(kind, value, { market })];
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  });
  const keys = asked.map((normalized) => matchKeyOf(kind, normalized));
  return (known?.identities ?? []).some((one) => one.kind === kind && keys.includes(matchKeyOf(kind, one.normalized)));
}
