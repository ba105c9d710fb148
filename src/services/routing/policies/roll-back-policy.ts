import { checkOptionalText } from '../../../values/check-text.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { stream, topic } from '../../events/fact.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { lockActivations } from './activate-policy.ts';
import { LONGEST_NOTE } from './create-policy.ts';
import { SHIPPED_VERSION } from './policy-record.ts';
import { versionsInForce } from './versions-in-force.ts';

/**
 * Takes back the last thing that was activated and has begun: a trial ends, or the version before holds for all again, from now on. What was to begin
 * later does not. Answers the version that holds for all. Refuses where nothing was activated.
 */
export async function rollBackPolicy(
  scope: Scope,
  { note, expectedVersion }: { readonly note?: string | null; readonly expectedVersion?: number | null } = {},
): Promise<number> {
  requireRight(scope.viewer, 'policies:write');
  const why = checkOptionalText(note, ['note'], LONGEST_NOTE);
  return atomically(scope, async (tx) => {
    await lockActivations(tx);
    const { sql } = tx.db;
    const inForce = await versionsInForce(tx);
    if (expectedVersion != null && expectedVersion !== (inForce.trial?.version ?? inForce.version))
      throw new Refusal('CONFLICT', 'Another version was activated since. Read it, then decide.', ['expectedVersion']);
    const cancelled = await sql`
      update routing_policy_activations set cancelled_at = ${tx.now}
      where begins_at > ${tx.now} and begins_at > made_at and cancelled_at is null`;
    const before = await versionsBefore(tx);
    if (!inForce.trial && before === null && cancelled.count === 0)
      throw new Refusal('NOTHING_TO_ROLL_BACK', 'The policy that Punos brings holds: nothing came before it.');
    const version = inForce.trial ? inForce.version : (before ?? inForce.version);
    await sql`
      insert into routing_policy_activations (version, begins_at, is_roll_back, note, made_at, made_by)
      values (${version}, ${tx.now}, ${!inForce.trial && before !== null}, ${why}, ${tx.now}, ${tx.viewer.principal})`;
    recordFact(tx, {
      type: 'routing.policy_rolled_back',
      streams: [stream.routingPolicies],
      topics: [topic.routing],
      details: { version, fromVersion: inForce.trial?.version ?? inForce.version, cancelledCount: cancelled.count },
    });
    return version;
  });
}

/** The version that held for all before the one that does: what was rolled back is skipped. Null: there was none. */
async function versionsBefore(tx: TransactionScope): Promise<number | null> {
  const rows = await tx.db.sql<{ version: number; isRollBack: boolean }[]>`
    select version, is_roll_back from routing_policy_activations
    where segment is null and cancelled_at is null and (begins_at <= ${tx.now} or begins_at <= made_at)
    order by begins_at, number`;
  const held = [SHIPPED_VERSION];
  for (const { version, isRollBack } of rows)
    if (isRollBack) held.pop();
    else if (version !== held.at(-1)) held.push(version);
  return held.at(-2) ?? null;
}
