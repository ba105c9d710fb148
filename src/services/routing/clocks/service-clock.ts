import type { Sql } from '../../../database/open-database.ts';
import type { ConversationId } from '../../../values/ids.ts';
import type { ClockKind } from '../../../values/service-clocks.ts';

/** How long a customer has waited of what was promised, as it is kept. The table says what each part means. */
export interface ServiceClock {
  readonly kind: ClockKind;
  readonly startedAt: Date;
  readonly targetSeconds: number;
  readonly warnBeforeSeconds: number;
  readonly policyVersion: number;
  readonly level: string;
  readonly countedMs: number;
  readonly countedUntil: Date | null;
  readonly runningSince: Date | null;
  readonly dueAt: Date | null;
  readonly lookAt: Date | null;
  readonly warnedAt: Date | null;
  readonly breachedAt: Date | null;
  readonly endedAt: Date | null;
}

export interface StoredClock extends ServiceClock {
  readonly conversationId: ConversationId;
}

export const clockColumns = (sql: Sql) => sql`
  k.conversation_id, k.kind, k.started_at, k.target_seconds, k.warn_before_seconds, k.policy_version, k.level,
  k.counted_ms::float8 as counted_ms, k.counted_until, k.running_since, k.due_at, k.look_at, k.warned_at, k.breached_at, k.ended_at`;

/** From when until when a customer waited. */
export interface Spell {
  readonly askedAt: Date;
  readonly beganAt: Date;
  /** Null: it goes on. */
  readonly endedAt: Date | null;
  /** It ended without an answer, and the same message waits on later. */
  readonly isPause: boolean;
}
