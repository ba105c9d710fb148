import type { Scope } from '../../scope.ts';
import type { Condition } from '../core/routing-policy.ts';
import { SHIPPED_VERSION } from './policy-record.ts';

/** Which versions hold at the scope's moment. */
export interface VersionsInForce {
  /** For everybody who is in no trial. */
  readonly version: number;
  readonly trial: Trial | null;
}

/** A version that holds for some of a segment, beside the one that holds for all others. */
export interface Trial {
  readonly number: number;
  readonly version: number;
  readonly segment: readonly Condition[];
  readonly controlPercent: number;
}

/**
 * One statement, whatever there is: a version that begins at a time holds from then on because it is read then. What was to hold at once does
 * for everybody who can see it, also where another clock is behind by some milliseconds.
 */
export async function versionsInForce({ db, now }: Scope): Promise<VersionsInForce> {
  const [row] = await db.sql<
    {
      version: number | null;
      trialNumber: number;
      trialVersion: number | null;
      segment: Condition[];
      controlPercent: number;
    }[]
  >`
    select b.version, t.number::int as trial_number, t.version as trial_version, t.segment, t.control_percent
    from (select 1) as one
    left join lateral (
      select a.version, a.begins_at, a.number from routing_policy_activations a
      where (a.begins_at <= ${now} or a.begins_at <= a.made_at) and a.cancelled_at is null and a.segment is null
      order by a.begins_at desc, a.number desc limit 1) b on true
    left join lateral (
      select a.version, a.segment, a.control_percent, a.number from routing_policy_activations a
      where (a.begins_at <= ${now} or a.begins_at <= a.made_at) and a.cancelled_at is null and a.segment is not null
        and (b.number is null or (a.begins_at, a.number) > (b.begins_at, b.number))
      order by a.begins_at desc, a.number desc limit 1) t on true`;
  const { version, trialNumber, trialVersion, segment, controlPercent } = row!;
  return {
    version: version ?? SHIPPED_VERSION,
    trial: trialVersion === null ? null : { number: trialNumber, version: trialVersion, segment, controlPercent },
  };
}
