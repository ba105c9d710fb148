import { checkWhole } from '../../values/check-input.ts';
import {
  type ConversationId,
  type CustomerId,
  type HoldId,
  type LocationId,
  newId,
  type PickupSlotId,
  type VariantId,
} from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { withinReach } from '../customers/person-of.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { changeLevels } from '../inventory/change-levels.ts';
import { changeSlots } from '../inventory/change-slots.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { endHolds, givenBack, readLockedHolds } from './give-back.ts';
import type { Hold } from './hold.ts';
import { holdFact } from './hold-fact.ts';

/** What a customer wants to pick up, where, and when. */
export interface WantedPickup {
  /** Where it was agreed. Null: in no conversation; then the customer is named. */
  readonly conversationId: string | null;
  readonly customerId: string | null;
  readonly locationId: string;
  readonly slotId: string | null;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** How long it is held without being confirmed. */
  readonly minutes: number;
}

const LONGEST_MINUTES = 7 * 24 * 60;

/**
 * Keeps units at a location and a time to pick them up, both or none. They are free again for everybody when the time to confirm is over. Units
 * whose time is over already are given to whoever asks now, before anybody sweeps. Many who want the same articles in opposite orders
 * wait for each other in one direction.
 *
 * Throws INVALID_INPUT, NOT_FOUND, INSUFFICIENT_STOCK, SLOT_FULL, CONVERSATION_MERGED.
 */
export async function reservePickup(scope: Scope, wanted: WantedPickup): Promise<HoldId> {
  requireRight(scope.viewer, 'pickups:write');
  checkWanted(wanted);
  return atomically(scope, async (tx) => {
    const customer = await findCustomer(tx, wanted);
    const locationId = await findLocation(tx, wanted.locationId);
    const lines = await findVariants(tx, wanted.lines);
    const overdue = await lockOverdue(tx, locationId, lines, wanted.slotId);
    await changeLevels(
      tx,
      [
        ...givenBack(overdue, 'expired'),
        ...lines.map(({ variantId, quantity }) => ({ variantId, locationId, onHand: 0, held: quantity })),
      ],
      { reason: 'reserved', source: tx.viewer.principal, field: ['input', 'lines'] },
    );
    await changeSlots(tx, {
      take: wanted.slotId === null ? null : { id: wanted.slotId, locationId },
      free: overdue.flatMap(({ slotId }) => slotId ?? []),
    });
    await endHolds(tx, overdue, 'expired');
    return keep(tx, wanted, { ...customer, locationId, lines });
  });
}

function checkWanted({ conversationId, customerId, lines, minutes }: WantedPickup): void {
  if ((conversationId === null) === (customerId === null))
    throw new Refusal('INVALID_INPUT', 'Name the customer either by `conversationId` or by `customerId`.', [
      'input',
      'conversationId',
    ]);
  checkWhole(lines.length, ['input', 'lines', 'length'], 1, 50);
  checkWhole(minutes, ['input', 'minutes'], 1, LONGEST_MINUTES);
  lines.forEach(({ sku, quantity }, i) => {
    const at = ['input', 'lines', String(i)];
    checkWhole(quantity, [...at, 'quantity'], 1, 1_000);
    if (lines.findIndex((other) => other.sku === sku) !== i)
      throw new Refusal('INVALID_INPUT', 'This SKU is named twice. Name it once, with all its units.', [...at, 'sku']);
  });
}

interface Party {
  /** As whom the customer arrived. */
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
  readonly conversationId: ConversationId | null;
}

async function findCustomer(
  tx: TransactionScope,
  { conversationId, customerId }: Pick<WantedPickup, 'conversationId' | 'customerId'>,
): Promise<Party> {
  if (conversationId !== null) {
    const { id, ...conversation } = await lockConversation(tx, conversationId, {
      idField: ['input', 'conversationId'],
    });
    return { customerId: conversation.customerId, personId: conversation.personId, conversationId: id };
  }
  const [row] = await tx.db.sql<Omit<Party, 'conversationId'>[]>`
    select c.id as customer_id, coalesce(l.person_id, c.id) as person_id
    from customers c left join person_links l on l.member_id = c.id
    where c.id = ${customerId} and ${withinReach(tx, 'customers:read', 'c.id')}`;
  if (!row)
    throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['input', 'customerId']);
  return { ...row, conversationId: null };
}

async function findLocation(tx: TransactionScope, id: string): Promise<LocationId> {
  const [row] = await tx.db.sql<{ id: LocationId }[]>`select id from locations where id = ${id}`;
  if (!row)
    throw new Refusal('NOT_FOUND', 'No location has this id. Take it from `availability`.', ['input', 'locationId']);
  return row.id;
}

type WantedLine = WantedPickup['lines'][number] & { readonly variantId: VariantId };

async function findVariants(tx: TransactionScope, lines: WantedPickup['lines']): Promise<WantedLine[]> {
  const rows = await tx.db.sql<{ id: VariantId; sku: string }[]>`
    select id, sku from variants where sku = any(${lines.map(({ sku }) => sku)})`;
  const ids = new Map(rows.map(({ id, sku }) => [sku, id]));
  return lines.map((line, i) => {
    const variantId = ids.get(line.sku);
    if (variantId === undefined)
      throw new Refusal('NOT_FOUND', 'The catalogue has no article with this SKU.', [
        'input',
        'lines',
        String(i),
        'sku',
      ]);
    return { ...line, variantId };
  });
}

/** Locks holds whose time is over and that stand in the way: of these articles here, or in this slot. Who is ending one is left to it. */
async function lockOverdue(
  tx: TransactionScope,
  locationId: LocationId,
  lines: readonly WantedLine[],
  slotId: string | null,
): Promise<Hold[]> {
  const rows = await tx.db.sql<{ id: HoldId }[]>`
    select h.id from holds h
    where h.state = 'open' and h.expires_at <= clock_timestamp() and h.location_id = ${locationId}
      and (h.slot_id = ${slotId} or exists (
        select from hold_lines l where l.hold_id = h.id and l.variant_id = any(${lines.map(({ variantId }) => variantId as string)})))
    order by h.id limit 100
    for update skip locked`;
  return rows.length === 0
    ? []
    : readLockedHolds(
        tx,
        rows.map(({ id }) => id),
      );
}

async function keep(
  tx: TransactionScope,
  { slotId, minutes }: Pick<WantedPickup, 'slotId' | 'minutes'>,
  {
    customerId,
    personId,
    conversationId,
    locationId,
    lines,
  }: Party & { locationId: LocationId; lines: readonly WantedLine[] },
): Promise<HoldId> {
  const { sql } = tx.db;
  const id = newId('hold');
  const [made] = await sql<{ madeAt: Date; expiresAt: Date }[]>`
    insert into holds (id, customer_id, conversation_id, location_id, slot_id, state, made_at, made_by, expires_at)
    values (${id}, ${customerId}, ${conversationId}, ${locationId}, ${slotId}, 'open', ${tx.now}, ${tx.viewer.principal},
      date_trunc('milliseconds', clock_timestamp()) + make_interval(mins => ${minutes}))
    returning made_at, expires_at`;
  const rows = lines.map(({ variantId, quantity }) => ({
    hold_id: id as string,
    variant_id: variantId as string,
    quantity,
  }));
  await sql`
    insert into hold_lines (hold_id, variant_id, quantity)
    select * from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(hold_id text, variant_id text, quantity int)`;
  const hold = { id, customerId: personId, conversationId, locationId, slotId: slotId as PickupSlotId | null };
  recordFact(tx, holdFact({ ...hold, ...made!, madeBy: tx.viewer.principal, settledAt: null }, 'made'));
  return id;
}
