import { afterOpenMs, openMsBetween } from '../../../values/business-hours.ts';
import type { ClockKind } from '../../../values/service-clocks.ts';
import type { ServiceLevel } from '../core/routing-policy.ts';
import type { ServiceClock, Spell } from './service-clock.ts';

/** What the clocks of a conversation go by. */
export interface Promised {
  readonly level: ServiceLevel;
  readonly policyVersion: number;
  /** The message that the first answer was to. Null: nothing was answered yet. */
  readonly firstAskedAt: Date | null;
  readonly isResolved: boolean;
}

/**
 * The clocks of a conversation after these spells of waiting, in order; a spell that goes on is the last, and may be counted again. Pure:
 * the same spells give the same clocks, however often and in however many parts they are counted.
 */
export function countSpells(
  clocks: readonly ServiceClock[],
  spells: readonly Spell[],
  promised: Promised,
): ServiceClock[] {
  const byKind = new Map<ClockKind, ServiceClock>(clocks.map((clock) => [clock.kind, clock]));
  spells.forEach((spell, place) => {
    const isFirst = promised.firstAskedAt === null || spell.askedAt <= promised.firstAskedAt;
    const resolves = promised.isResolved && place === spells.length - 1;
    advance(byKind, isFirst ? 'first_response' : 'next_response', { spell, promised, isOver: !spell.isPause });
    advance(byKind, 'resolution', { spell, promised, isOver: resolves });
  });
  return [...byKind.values()];
}

interface Turn {
  readonly spell: Spell;
  readonly promised: Promised;
  /** Whether the end of the spell is what the clock waits for. */
  readonly isOver: boolean;
}

function advance(byKind: Map<ClockKind, ServiceClock>, kind: ClockKind, turn: Turn): void {
  const { level, policyVersion } = turn.promised;
  const targetSeconds = targetOf(level, kind);
  const before = byKind.get(kind);
  const current = before && goesOn(before, turn.spell) ? before : null;
  if (targetSeconds === null) {
    if (current) byKind.set(kind, { ...current, runningSince: null, dueAt: null, lookAt: null });
    return;
  }
  const promise = {
    targetSeconds,
    warnBeforeSeconds: Math.min(targetSeconds, level.warnBeforeSeconds ?? Math.ceil(targetSeconds / 5)),
    policyVersion,
    level: level.name,
  };
  const clock = { ...(current ?? newClock(kind, turn.spell)), ...promise };
  byKind.set(kind, turn.spell.endedAt ? counted(clock, turn, turn.spell.endedAt) : running(clock, turn));
}

/** A response is to one message; a resolution is to all of them. */
const goesOn = ({ kind, startedAt, endedAt }: ServiceClock, { askedAt }: Spell): boolean =>
  kind === 'resolution' || (endedAt === null && (kind === 'first_response' || +startedAt === +askedAt));

const newClock = (kind: ClockKind, { askedAt }: Spell) => ({
  kind,
  startedAt: askedAt,
  countedMs: 0,
  countedUntil: null,
  runningSince: null,
  dueAt: null,
  lookAt: null,
  warnedAt: null,
  breachedAt: null,
  endedAt: null,
});

function running(clock: ServiceClock, { spell, promised }: Turn): ServiceClock {
  const { hours } = promised.level;
  const from = beginning(clock, spell);
  const dueAt = isMissed(clock) ? clock.dueAt : afterOpenMs(hours, from, restMs(clock));
  const warnAt = afterOpenMs(hours, from, Math.max(0, restMs(clock) - clock.warnBeforeSeconds * 1_000));
  const lookAt = clock.breachedAt ? null : clock.warnedAt ? dueAt : earlier(warnAt, dueAt);
  return { ...clock, runningSince: from, dueAt, lookAt, endedAt: null };
}

function counted(clock: ServiceClock, { spell, promised, isOver }: Turn, until: Date): ServiceClock {
  const { hours } = promised.level;
  const from = beginning(clock, spell);
  const dueAt = isMissed(clock) ? clock.dueAt : afterOpenMs(hours, from, restMs(clock));
  const next = {
    ...clock,
    countedMs: clock.countedMs + openMsBetween(hours, from, until),
    countedUntil: clock.countedUntil && clock.countedUntil > until ? clock.countedUntil : until,
    runningSince: null,
    endedAt: isOver ? until : null,
  };
  // Missed while nobody looked: that is told all the same.
  if (isMissed(next)) return { ...next, dueAt, lookAt: next.breachedAt ? null : dueAt };
  return { ...next, dueAt: isOver ? dueAt : null, lookAt: null };
}

const isMissed = ({ countedMs, targetSeconds }: ServiceClock): boolean => countedMs > targetSeconds * 1_000;
const restMs = ({ countedMs, targetSeconds }: ServiceClock): number => Math.max(0, targetSeconds * 1_000 - countedMs);
const earlier = (one: Date | null, other: Date | null): Date | null => (one && other && other < one ? other : one);

/** What was counted is not counted twice, whatever order messages came in. */
const beginning = ({ countedUntil }: ServiceClock, { beganAt }: Spell): Date =>
  countedUntil && countedUntil > beganAt ? countedUntil : beganAt;

function targetOf(level: ServiceLevel, kind: ClockKind): number | null {
  if (kind === 'first_response') return level.firstResponseSeconds;
  return kind === 'next_response' ? level.nextResponseSeconds : level.resolutionSeconds;
}
