import type { RoutingPolicy } from '../core/routing-policy.ts';
import { RoutingBoard, type Decision } from '../core/routing-board.ts';
import { type Contact, type Dispatcher, simulate, type SimulatedDay } from '../simulation/simulate.ts';
import type { ContactOutcome, RehearsalFigures, RehearsalReport } from './rehearsal.ts';

const FIVE_MINUTES_SECONDS = 300;

/** A contact under both policies, in the order in which contacts came, from 1. */
export interface ComparedContact {
  readonly number: number;
  readonly contact: string;
  readonly active: ContactOutcome | null;
  readonly rehearsed: ContactOutcome | null;
  readonly isDifferent: boolean;
}

/**
 * Lets a day happen twice, under the policy that is active and under the one that is rehearsed: the core itself decides. `arrived` hears of each contact
 * that comes, the first time and the second. Pure, and as long as it takes.
 */
export function rehearseDay(
  day: SimulatedDay & { readonly contacts: readonly Contact[] },
  policies: { readonly active: RoutingPolicy; readonly rehearsed: RoutingPolicy },
  arrived: () => void,
): { readonly report: RehearsalReport; readonly contacts: ComparedContact[] } {
  const active = route(day, policies.active, arrived);
  const rehearsed = route(day, policies.rehearsed, arrived);
  const contacts = day.contacts.map(({ task: { id } }, i): ComparedContact => {
    const [before, after] = [active.outcomes.get(id) ?? null, rehearsed.outcomes.get(id) ?? null];
    const isDifferent = JSON.stringify(before) !== JSON.stringify(after);
    return { number: i + 1, contact: id, active: before, rehearsed: after, isDifferent };
  });
  return { report: { active: active.figures, rehearsed: rehearsed.figures }, contacts };
}

type Outcomes = ReadonlyMap<string, ContactOutcome>;

function route(
  day: SimulatedDay & { readonly contacts: readonly Contact[] },
  policy: RoutingPolicy,
  arrived: () => void,
): { outcomes: Outcomes; figures: RehearsalFigures } {
  const outcomes = new Map<string, ContactOutcome>();
  const busyMs = new Map<string, number>();
  const missing = new Map<string, readonly string[]>();
  const observer = {
    answered({ task }: Contact, { id }: { id: string }, waitMs: number, attempt: number) {
      const before = outcomes.get(task.id);
      const taskId = attempt === 0 ? task.id : `${task.id}~${attempt}`;
      const wait = { agentId: id, waitSeconds: Math.round(waitMs / 1_000), missing: missing.get(taskId) ?? [] };
      missing.delete(taskId);
      outcomes.set(task.id, { ...wait, ...(before && { waitSeconds: before.waitSeconds }), transfers: attempt });
    },
    ended(_contact: Contact, { id }: { id: string }, tookMs: number) {
      busyMs.set(id, (busyMs.get(id) ?? 0) + tookMs);
    },
  };
  const board = new RoutingBoard(policy);
  const noting = (decisions: Decision[]): Decision[] => {
    for (const { taskId, agentId, record } of decisions)
      if (agentId !== null)
        missing.set(taskId, record?.candidates.find((candidate) => candidate.agentId === agentId)?.missing ?? []);
    return decisions;
  };
  const dispatcher: Dispatcher = {
    setAgent: (agent, now) => noting(board.setAgent(agent, now)),
    addTask: (task, now) => noting(board.addTask(task, now)),
    endWork: (taskId, now) => noting(board.endWork(taskId, now)),
    advance: (now) => noting(board.advance(now)),
    nextDueAt: () => board.nextDueAt(),
  };
  simulate({ ...day, contacts: announced(day.contacts, arrived) }, dispatcher, observer);
  return { outcomes, figures: figuresOf(day.contacts.length, outcomes, [...busyMs.values()]) };
}

function* announced(contacts: readonly Contact[], arrived: () => void): Generator<Contact> {
  for (const contact of contacts) {
    arrived();
    yield contact;
  }
}

function figuresOf(contacts: number, outcomes: Outcomes, busyMs: readonly number[]): RehearsalFigures {
  const all = [...outcomes.values()];
  const waits = all.map(({ waitSeconds }) => waitSeconds).sort((a, b) => a - b);
  const hours = busyMs.map((ms) => ms / 3_600_000);
  const mean = meanOf(hours);
  return {
    contacts,
    unanswered: contacts - all.length,
    answeredInFiveMinutes: waits.filter((seconds) => seconds <= FIVE_MINUTES_SECONDS).length,
    meanWaitSeconds: rounded(meanOf(waits)),
    p95WaitSeconds: waits[Math.max(0, Math.ceil(waits.length * 0.95) - 1)] ?? 0,
    contactsWithMissedSkills: all.filter(({ missing }) => missing.length > 0).length,
    transfers: all.reduce((sum, { transfers }) => sum + transfers, 0),
    busyHoursMean: rounded(mean),
    busyHoursSpread: rounded(Math.sqrt(meanOf(hours.map((one) => (one - mean) ** 2)))),
  };
}

const meanOf = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const rounded = (number: number): number => Math.round(number * 100) / 100;
