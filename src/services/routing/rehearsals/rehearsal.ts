import type { Sql } from '../../../database/open-database.ts';
import type { RoutingRehearsalId } from '../../../values/ids.ts';
import type { RehearsalState } from '../../../values/routing-policies.ts';

/** How a policy did over all contacts. */
export interface RehearsalFigures {
  readonly contacts: number;
  readonly unanswered: number;
  /** Of those who were answered, the first time. */
  readonly answeredInFiveMinutes: number;
  readonly meanWaitSeconds: number;
  readonly p95WaitSeconds: number;
  /** Contacts answered by somebody without a skill that was asked for. */
  readonly contactsWithMissedSkills: number;
  readonly transfers: number;
  /** Of agents who worked at all: mean busy hours, and their standard deviation. */
  readonly busyHoursMean: number;
  readonly busyHoursSpread: number;
}

/** Both policies over the same contacts. */
export interface RehearsalReport {
  readonly active: RehearsalFigures;
  readonly rehearsed: RehearsalFigures;
}

export interface Rehearsal {
  readonly id: RoutingRehearsalId;
  readonly state: RehearsalState;
  readonly version: number | null;
  readonly activeVersion: number;
  readonly historyDays: number | null;
  readonly seed: number | null;
  readonly progressPercent: number;
  readonly report: RehearsalReport | null;
  readonly madeAt: Date;
  readonly madeBy: string;
  readonly endedAt: Date | null;
}

/** What became of a contact under a policy. Null: nobody answered. */
export interface ContactOutcome {
  readonly agentId: string;
  readonly waitSeconds: number;
  readonly missing: readonly string[];
  readonly transfers: number;
}

export interface RehearsedContact {
  readonly rehearsalId: RoutingRehearsalId;
  readonly number: number;
  readonly contact: string;
  readonly active: ContactOutcome | null;
  readonly rehearsed: ContactOutcome | null;
}

export const rehearsalColumns = (sql: Sql) => sql`
  r.id, r.state, r.version, r.active_version, r.history_days, r.seed, r.progress_percent, r.report, r.made_at, r.made_by, r.ended_at`;
