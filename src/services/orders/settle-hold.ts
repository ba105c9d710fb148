import type { HoldState } from '../../values/holds.ts';
import type { HoldId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import { atomically } from '../events/atomically.ts';
import { changeLevels } from '../inventory/change-levels.ts';
import { changeSlots } from '../inventory/change-slots.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { endHolds, givenBack, readLockedHolds } from './give-back.ts';
import type { Hold } from './hold.ts';

type Settled = Extract<HoldState, 'confirmed' | 'collected' | 'released'>;

/** From where each step leads. What is open and over is neither. */
const STEPS: Readonly<Record<Settled, readonly HoldState[]>> = {
  confirmed: ['open'],
  collected: ['confirmed', 'open'],
  released: ['open', 'confirmed'],
};

/**
 * Confirms what is held, so that it does not expire; hands it out; or gives it back with its slot. Of confirming and expiring one comes first, by
 * the database's clock, and the other finds it done.
 *
 * Throws NOT_FOUND, HOLD_OVER, CONFLICT (confirmed before).
 */
export async function settleHold(scope: Scope, id: string, became: Settled): Promise<HoldId> {
  requireRight(scope.viewer, 'pickups:write');
  return atomically(scope, async (tx) => {
    const hold = await lockHold(tx, id);
    if (!STEPS[became].includes(hold.state))
      throw hold.state === 'confirmed'
        ? new Refusal('CONFLICT', 'It is confirmed already.', ['id'])
        : new Refusal('HOLD_OVER', `It is ${hold.state}. Reserve again.`, ['id']);
    if (became !== 'confirmed') {
      await changeLevels(tx, givenBack([hold], became), { reason: became, source: tx.viewer.principal, field: ['id'] });
      // Who has collected has used the slot; who gives back leaves it to somebody else.
      if (became === 'released' && hold.slotId) await changeSlots(tx, { take: null, free: [hold.slotId] });
    }
    await endHolds(tx, [hold], became);
    return hold.id;
  });
}

async function lockHold(tx: TransactionScope, id: string): Promise<Hold> {
  const notFound = () => new Refusal('NOT_FOUND', 'There is nothing held under this id that you can see.', ['id']);
  const [row] = await tx.db.sql<{ id: HoldId; isOver: boolean }[]>`
    select h.id, h.state = 'open' and h.expires_at <= clock_timestamp() as is_over from holds h
    where h.id = ${id} and ${withinReach(tx, 'customers:read', 'h.customer_id')} for update`;
  if (!row) throw notFound();
  const [hold] = await readLockedHolds(tx, [row.id]);
  if (!hold) throw notFound();
  return row.isOver ? { ...hold, state: 'expired' } : hold;
}
