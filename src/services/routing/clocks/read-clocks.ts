import { openMsBetween } from '../../../values/business-hours.ts';
import type { ConversationId } from '../../../values/ids.ts';
import { CLOCK_KINDS, type ClockKind, type ClockState } from '../../../values/service-clocks.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Scope } from '../../scope.ts';
import type { ServiceLevel } from '../core/routing-policy.ts';
import { countSpells } from './count-spells.ts';
import { readPromised } from './read-promised.ts';
import type { Waiting } from './read-waiting.ts';
import { clockColumns, type ServiceClock, type Spell, type StoredClock } from './service-clock.ts';

/** A clock as it stands at the scope's moment. */
export interface ClockReading {
  readonly conversationId: ConversationId;
  readonly kind: ClockKind;
  readonly state: ClockState;
  readonly level: string;
  readonly policyVersion: number;
  readonly targetSeconds: number;
  readonly startedAt: Date;
  /** Null: it stands still, or the calendar never opens again. */
  readonly dueAt: Date | null;
  /** Open seconds that are left, negative past them. Null: it has ended. */
  readonly remainingSeconds: number | null;
  readonly isBreached: boolean;
  readonly endedAt: Date | null;
}

/**
 * The clocks of conversations that the viewer sees: what is not counted yet is counted here, so that they are right in the moment of an
 * answer. The caller has asked for whose eyes the conversations are.
 */
export async function clocksOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<ClockReading[]> {
  requireRight(scope.viewer, 'triage:read');
  const { sql } = scope.db;
  const [clocks, spells, promised] = await Promise.all([
    sql<StoredClock[]>`
      select ${clockColumns(sql)} from service_clocks k where k.conversation_id = any (${ids as string[]}::text[])`,
    sql<(Spell & { conversationId: ConversationId })[]>`
      select conversation_id, asked_at, began_at, ended_at, is_pause from waiting_spells
      where conversation_id = any (${ids as string[]}::text[]) order by conversation_id, position`,
    readPromised(scope, ids),
  ]);
  const [clocksOf, spellsOf] = [clocks, spells].map((rows) =>
    Map.groupBy(rows as readonly { conversationId: ConversationId }[], ({ conversationId }) => conversationId),
  ) as [Map<ConversationId, StoredClock[]>, Map<ConversationId, Spell[]>];
  const readings: ClockReading[] = [];
  for (const { waiting, ...promise } of promised.values()) {
    const counted = countSpells(clocksOf.get(waiting.id) ?? [], spellsOf.get(waiting.id) ?? [], promise);
    counted.sort((a, b) => CLOCK_KINDS.indexOf(a.kind) - CLOCK_KINDS.indexOf(b.kind));
    for (const clock of counted)
      readings.push(readingOf(clock, { waiting, hours: promise.level.hours, now: scope.now }));
  }
  return readings;
}

interface Moment {
  readonly waiting: Waiting;
  readonly hours: ServiceLevel['hours'];
  readonly now: Date;
}

function readingOf(clock: ServiceClock, { waiting, hours, now }: Moment): ClockReading {
  const { kind, startedAt, targetSeconds, runningSince, dueAt, level, policyVersion } = clock;
  const isOver = kind === 'resolution' ? waiting.status === 'resolved' : +startedAt !== +(waiting.waitingSince ?? 0);
  const state = clock.endedAt || isOver ? 'ended' : runningSince ? 'running' : 'paused';
  const targetMs = targetSeconds * 1_000;
  const openMs = clock.countedMs + (runningSince ? openMsBetween(hours, runningSince, now) : 0);
  return {
    conversationId: waiting.id,
    ...{ kind, state, level, policyVersion, targetSeconds, startedAt },
    dueAt,
    remainingSeconds: state === 'ended' ? null : Math.floor((targetMs - openMs) / 1_000),
    isBreached: clock.breachedAt !== null || openMs > targetMs,
    endedAt: clock.endedAt ?? (isOver ? waiting.resolvedAt : null),
  };
}
