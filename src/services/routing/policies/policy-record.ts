import type { Sql } from '../../../database/open-database.ts';
import type { RoutingPolicyId } from '../../../values/ids.ts';
import type { PolicyState } from '../../../values/routing-policies.ts';
import { DEFAULT_POLICY_DOCUMENT } from '../core/default-policy.ts';
import type { Condition } from '../core/routing-policy.ts';

/** A version of the routing policy, as it was written. */
export interface PolicyRecord {
  readonly id: RoutingPolicyId;
  readonly version: number;
  readonly name: string;
  /** JSON. */
  readonly document: string;
  readonly note: string | null;
  /** Null, as its author: it came with Punos. */
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly state: PolicyState;
}

/** When a version began or begins to hold, and for whom. */
export interface Activation {
  readonly number: number;
  readonly version: number;
  readonly beginsAt: Date;
  readonly segment: readonly Condition[] | null;
  readonly controlPercent: number | null;
  readonly isRollBack: boolean;
  readonly note: string | null;
  readonly madeAt: Date;
  readonly madeBy: string;
  readonly cancelledAt: Date | null;
}

/** What holds until a shop says otherwise. */
export const SHIPPED_VERSION = 1;

export const shippedPolicy = (state: PolicyState): PolicyRecord => ({
  id: 'rtp_shipped',
  version: SHIPPED_VERSION,
  name: DEFAULT_POLICY_DOCUMENT.name,
  document: JSON.stringify(DEFAULT_POLICY_DOCUMENT, null, 2),
  note: null,
  createdAt: null,
  createdBy: null,
  state,
});

export const activationColumns = (sql: Sql) => sql`
  a.number::int as number, a.version, a.begins_at, a.segment, a.control_percent, a.is_roll_back, a.note, a.made_at, a.made_by,
  a.cancelled_at`;
