import type { HoldId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { changeLevels } from '../inventory/change-levels.ts';
import { changeSlots } from '../inventory/change-slots.ts';
import type { Scope } from '../scope.ts';
import { endHolds, givenBack, readLockedHolds } from './give-back.ts';

const BATCH = 100;

/**
 * Gives back what was held and not confirmed in time, by the database's clock, the longest due first. Any number of processes may do this at
 * once: each hold ends once. Returns how many were due.
 */
export async function expireHolds(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'pickups:write');
  const due = await scope.db.sql<{ id: HoldId }[]>`
    select id from holds where state = 'open' and expires_at <= now() order by expires_at limit ${BATCH}`;
  for (const { id } of due) await expire(scope, id);
  return due.length;
}

async function expire(scope: Scope, id: HoldId): Promise<void> {
  await atomically(scope, async (tx) => {
    const locked = await tx.db.sql<{ id: HoldId }[]>`
      select id from holds where id = ${id} and state = 'open' and expires_at <= clock_timestamp() for update skip locked`;
    const holds = await readLockedHolds(
      tx,
      locked.map((row) => row.id),
    );
    await changeLevels(tx, givenBack(holds, 'expired'), {
      reason: 'expired',
      source: tx.viewer.principal,
      field: ['id'],
    });
    await changeSlots(tx, { take: null, free: holds.flatMap(({ slotId }) => slotId ?? []) });
    await endHolds(tx, holds, 'expired');
  });
}
