import { setTimeout as pause } from 'node:timers/promises';

import type { RoutingRehearsalId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import type { PolicyDocument } from '../core/policy-document.ts';
import { policyOf } from '../core/read-policy.ts';
import { RoutingBoard, type Decision } from '../core/routing-board.ts';
import type { RoutingPolicy } from '../core/routing-policy.ts';
import { policyOfVersion } from '../policies/known-policies.ts';
import { peakDay } from '../simulation/peak-day.ts';
import { type Contact, type Dispatcher, simulateInTurns, type SimulatedDay } from '../simulation/simulate.ts';
import { historyDay } from './history-day.ts';
import type { ContactOutcome, RehearsalFigures } from './rehearsal.ts';

/** A day of a large shop, as in docs/routing.md. */
const DRAWN_DAY = { agents: 60, contactsAnHour: 600 };
/** It runs in a process that serves: by time and not by events, of which one may cost as much as a hundred others. */
const TURN_MS = 5;
const REST_MS = 5;
const TOLD_EVERY_PERCENT = 5;
const BATCH = 1_000;
const FIVE_MINUTES_SECONDS = 300;

interface Open {
  readonly id: RoutingRehearsalId;
  readonly document: string;
  readonly activeVersion: number;
  readonly historyDays: number | null;
  readonly seed: number | null;
}

/**
 * Does the rehearsal that was asked for first, from its beginning: what a process was killed at is done again. One process at a time may call it.
 * False: none waits.
 */
export async function runRehearsal(scope: Scope): Promise<boolean> {
  const { sql } = scope.db;
  const [open] = await sql<Open[]>`
    update routing_rehearsals set state = 'running', progress_percent = 0
    where id = (
      select id from routing_rehearsals where state in ('waiting', 'running') order by made_at, id limit 1 for update)
    returning id, document, active_version, history_days, seed`;
  if (!open) return false;
  await sql`delete from routing_rehearsed_contacts where rehearsal_id = ${open.id}`;
  try {
    const report = await rehearse(scope, open);
    await sql`
      update routing_rehearsals set state = 'done', progress_percent = 100, report = ${sql.json(report as never)},
        ended_at = ${scope.db.now()}
      where id = ${open.id}`;
  } catch (error) {
    // Where the database is away, this fails too, and it is done again.
    await sql`update routing_rehearsals set state = 'failed', ended_at = ${scope.db.now()} where id = ${open.id}`;
    throw error;
  }
  return true;
}

async function rehearse(scope: Scope, open: Open) {
  const draw = () =>
    open.historyDays === null ? peakDay({ ...DRAWN_DAY, seed: open.seed! }) : historyDay(scope, open.historyDays);
  const day = await draw();
  const total = Math.max(1, day.contacts.length * 2);
  let answered = 0;
  let told = 0;
  const progress = async () => {
    await pause(REST_MS);
    const percent = Math.min(99, Math.floor((answered * 100) / total));
    if (percent < told + TOLD_EVERY_PERCENT) return;
    told = percent;
    await scope.db.sql`update routing_rehearsals set progress_percent = ${percent} where id = ${open.id}`;
  };
  const note = () => {
    answered += 1;
  };
  const active = await route(day, await policyOfVersion(scope, open.activeVersion), { note, progress });
  const rehearsed = await route(day, policyOf(JSON.parse(open.document) as PolicyDocument), { note, progress });
  await storeContacts(scope, open.id, {
    contacts: day.contacts,
    active: active.outcomes,
    rehearsed: rehearsed.outcomes,
  });
  return { active: active.figures, rehearsed: rehearsed.figures };
}

interface Watched {
  readonly note: () => void;
  readonly progress: () => Promise<void>;
}

type Outcomes = ReadonlyMap<string, ContactOutcome>;

/** The core itself, over a day. */
async function route(
  day: SimulatedDay & { readonly contacts: readonly Contact[] },
  policy: RoutingPolicy,
  { note, progress }: Watched,
): Promise<{ outcomes: Outcomes; figures: RehearsalFigures }> {
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
      if (attempt === 0) note();
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
  await simulateInTurns(day, dispatcher, observer, { turnMs: TURN_MS, rest: progress });
  return { outcomes, figures: figuresOf(day.contacts.length, outcomes, [...busyMs.values()]) };
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

async function storeContacts(
  { db: { sql } }: Scope,
  id: RoutingRehearsalId,
  { contacts, active, rehearsed }: { contacts: readonly Contact[]; active: Outcomes; rehearsed: Outcomes },
): Promise<void> {
  for (let from = 0; from < contacts.length; from += BATCH) {
    const rows = contacts.slice(from, from + BATCH).map(({ task }, i) => {
      const [before, after] = [active.get(task.id) ?? null, rehearsed.get(task.id) ?? null];
      const isDifferent = JSON.stringify(before) !== JSON.stringify(after);
      return { number: from + i + 1, contact: task.id, active: before, rehearsed: after, is_different: isDifferent };
    });
    await sql`
      insert into routing_rehearsed_contacts (rehearsal_id, number, contact, active, rehearsed, is_different)
      select ${id}, r.number, r.contact, nullif(r.active, 'null'), nullif(r.rehearsed, 'null'), r.is_different
      from jsonb_to_recordset(${sql.json(rows as never)}::jsonb)
        as r(number integer, contact text, active jsonb, rehearsed jsonb, is_different boolean)`;
  }
}
