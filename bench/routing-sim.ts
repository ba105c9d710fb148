import { policyOf } from '../src/services/routing/core/read-policy.ts';
import { RoutingBoard } from '../src/services/routing/core/routing-board.ts';
import type { RoutingTask } from '../src/services/routing/core/routing-state.ts';
import {
  simulate,
  type Contact,
  type Dispatcher,
  type SimulatedDay,
} from '../src/services/routing/simulation/simulate.ts';
import type { AgentId } from '../src/values/ids.ts';
import type { PureBench } from './bench.ts';
import { seededRandom } from './random.ts';
import type { Report } from './report.ts';
import { AutomaticCallDistributor } from './routing/acd.ts';
import { erlangC } from './routing/erlang-c.ts';
import { fitOf, peakDay } from '../src/services/routing/simulation/peak-day.ts';
import { median, quantile, rounded } from './statistics.ts';

const SERVERS = 10;
const SERVICE_MS = 300_000;
const LOADS = [0.5, 0.7, 0.85];
const CONTACTS = { full: 1_500_000, quick: 20_000 };
const WITHIN = 0.05;
const ANSWERED_WITHIN_MS = 5 * 60_000;
const DAYS = { full: 12, quick: 1 };
const FEEDBACK_EVERY_MS = 10_000;

const STRICT = {
  steps: [{ afterSeconds: 0 }],
};

export const routingSim: PureBench = {
  summary: 'the routing core in a simulated day: beside Erlang C, longest idle, round robin and strict skills',
  isPure: true,
  run({ options, report }) {
    for (const load of LOADS) besideErlangC(load, options.quick ? CONTACTS.quick : CONTACTS.full, report);
    besideOthers(options.quick ? DAYS.quick : DAYS.full, report);
  },
};

/** One skill, Poisson arrivals, exponential service: theory knows the answer, so this proves the simulator. */
function besideErlangC(load: number, contacts: number, report: Report): void {
  const board = new RoutingBoard(policyOf({}), { keepsRecords: false });
  let waits = 0;
  let sum = 0;
  const told: Told[] = [];
  simulate(
    oneSkillDay(load, contacts),
    board,
    {
      answered: (_contact, _agent, waitMs) => {
        sum += waitMs;
        if (waitMs > 0) waits += 1;
      },
      estimated: (_contact, toldMs, waitedMs) => void told.push({ toldMs, waitedMs }),
    },
    { feedbackEveryMs: FEEDBACK_EVERY_MS * 100 },
  );
  const theory = erlangC(SERVERS, load);
  const check = (figure: string, value: number, expected: number, unit: string) =>
    report.figure({
      figure: `routing-sim.erlang.${load}.${figure}`,
      unit,
      value: rounded(value, 4),
      floor: rounded(expected, 4),
      ratio: rounded(value / expected, 4),
      asked: 'within 5 % of Erlang C',
      met: Math.abs(value / expected - 1) <= WITHIN,
      with: { agents: SERVERS, contacts },
    });
  check('waiting', waits / contacts, theory.waiting, 'share');
  check('mean-wait', sum / contacts / 1_000, (theory.meanWait * SERVICE_MS) / 1_000, 's');
  tellEstimates(`routing-sim.erlang.${load}`, told, report);
}

function oneSkillDay(load: number, count: number): SimulatedDay {
  const random = seededRandom(Math.round(load * 1_000));
  const exponential = (meanMs: number) => -Math.log(1 - random()) * meanMs;
  const agents = Array.from({ length: SERVERS }, (_, i) => ({
    id: `agt_${i}` as AgentId,
    name: `Agent ${i}`,
    presence: 'online' as const,
    channelsOff: [],
    capacity: 1,
    placesTaken: 0,
    skills: {},
    teamIds: [],
    lastWorkAt: 0,
  }));
  function* contacts(): Generator<Contact> {
    let at = 0;
    for (let n = 0; n < count; n += 1) {
      at += exponential(SERVICE_MS / (SERVERS * load));
      const tookMs = exponential(SERVICE_MS);
      const task: RoutingTask = {
        id: `t${n}`,
        channel: 'voice',
        signals: {},
        waitingSince: at,
        priorityMinutes: 0,
        teamId: null,
        isTransfer: false,
        pin: null,
        earlierAgentIds: [],
        declines: [],
        actedThrough: -1,
      };
      yield { task, outcome: () => ({ tookMs, isPassedOn: false }) };
    }
  }
  return { startsAt: 0, agents, changes: [], contacts: contacts() };
}

interface Told {
  toldMs: number;
  waitedMs: number;
}

function tellEstimates(name: string, told: readonly Told[], report: Report): void {
  if (told.length === 0) return;
  const errors = told.map(({ toldMs, waitedMs }) => toldMs - waitedMs);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const waited = meanOf(told.map(({ waitedMs }) => waitedMs));
  report.figure({
    figure: `${name}.estimate-error`,
    unit: 's (median, absolute)',
    value: rounded(median(errors.map(Math.abs)) / 1_000),
    with: {
      biasS: rounded(meanOf(errors) / 1_000),
      biasShare: rounded(meanOf(errors) / waited),
      meanWaitS: rounded(waited / 1_000),
      medianWaitS: rounded(median(told.map(({ waitedMs }) => waitedMs)) / 1_000),
      told: told.length,
    },
  });
}

interface Outcome {
  answered: number;
  inTime: number;
  contacts: number;
  /** Of each contact, after transfers too. */
  waits: number[];
  fit: number;
  passedOn: number;
  busy: Map<string, number>;
  told: Told[];
}

/** The better of two figures of one kind: more is better, or less is. */
const FIGURES: Record<string, { unit: string; better: 'more' | 'less'; of(outcome: Outcome): number }> = {
  'answered-in-5-minutes': {
    unit: 'share',
    better: 'more',
    of: ({ inTime, contacts }) => inTime / contacts,
  },
  'mean-wait': {
    unit: 's',
    better: 'less',
    of: ({ waits }) => waits.reduce((sum, wait) => sum + wait, 0) / waits.length / 1_000,
  },
  'p95-wait': { unit: 's', better: 'less', of: ({ waits }) => quantile(waits, 0.95) / 1_000 },
  'skill-fit': { unit: 'share', better: 'more', of: ({ fit, answered }) => fit / answered },
  transfers: { unit: 'per contact', better: 'less', of: ({ passedOn, contacts }) => passedOn / contacts },
  'utilisation-spread': {
    unit: 'standard deviation of busy hours',
    better: 'less',
    of: ({ busy }) => {
      const hours = [...busy.values()].map((ms) => ms / 3_600_000);
      const mean = hours.reduce((sum, value) => sum + value, 0) / hours.length;
      return Math.sqrt(hours.reduce((sum, value) => sum + (value - mean) ** 2, 0) / hours.length);
    },
  },
};

function besideOthers(days: number, report: Report): void {
  const others: Record<string, () => Dispatcher> = {
    default: () => new RoutingBoard(policyOf({}), { keepsRecords: false }),
    'longest-idle': () => new AutomaticCallDistributor('longest idle'),
    'round-robin': () => new AutomaticCallDistributor('round robin'),
    strict: () => new RoutingBoard(policyOf(STRICT), { keepsRecords: false }),
  };
  const outcomes = new Map(
    Object.entries(others).map(([name, make]) => {
      const runs = Array.from({ length: days }, (_, day) => runDay(day, make()));
      report.progress(`${name}: ${days} days`);
      return [name, runs];
    }),
  );
  for (const [figure, { unit, better, of }] of Object.entries(FIGURES)) {
    const values = new Map(
      [...outcomes].map(([name, runs]) => [name, runs.reduce((sum, run) => sum + of(run), 0) / runs.length]),
    );
    const ours = values.get('default')!;
    const rest = [...values].filter(([name]) => name !== 'default').map(([, value]) => value);
    const best = better === 'more' ? Math.max(...rest) : Math.min(...rest);
    report.figure({
      figure: `routing-sim.peak.${figure}`,
      unit,
      value: rounded(ours),
      asked: 'at least as good as the best of the others',
      met: better === 'more' ? ours >= best : ours <= best,
      with: {
        ...Object.fromEntries(
          [...values].filter(([name]) => name !== 'default').map(([name, value]) => [name, rounded(value)]),
        ),
        days,
      },
    });
  }
  tellEstimates(
    'routing-sim.peak',
    outcomes.get('default')!.flatMap(({ told }) => told),
    report,
  );
}

function runDay(seed: number, dispatcher: Dispatcher): Outcome {
  const day = peakDay({ seed: 1 + seed, agents: 60, contactsAnHour: 620 });
  const outcome: Outcome = {
    answered: 0,
    inTime: 0,
    contacts: day.contacts.length,
    waits: [],
    fit: 0,
    passedOn: 0,
    busy: new Map(day.agents.map(({ id }) => [id, 0])),
    told: [],
  };
  const waits = new Map<string, number>();
  simulate(
    day,
    dispatcher,
    {
      answered: (contact, agent, waitMs, attempt) => {
        waits.set(contact.task.id, (waits.get(contact.task.id) ?? 0) + waitMs);
        if (attempt > 0) return;
        if (waitMs <= ANSWERED_WITHIN_MS) outcome.inTime += 1;
        outcome.fit += fitOf(contact, agent);
        outcome.answered += 1;
      },
      ended: (contact, agent, tookMs, isPassedOn) => {
        if (isPassedOn) outcome.passedOn += 1;
        const places = contact.task.channel === 'voice' ? agent.capacity : 1;
        outcome.busy.set(agent.id, outcome.busy.get(agent.id)! + (tookMs * places) / agent.capacity);
      },
      estimated: (_contact, toldMs, waitedMs) => void outcome.told.push({ toldMs, waitedMs }),
    },
    { feedbackEveryMs: FEEDBACK_EVERY_MS },
  );
  outcome.waits = [...waits.values()];
  return outcome;
}
