import type { AgentIndex } from './agent-index.ts';
import type { HandlingTimes } from './handling-times.ts';
import type { Demand, Plan } from './plan-task.ts';
import type { AgentOnBoard, WaitingTask } from './pool.ts';
import type { RoutingTask } from './routing-state.ts';

/** Where a waiting task stands. */
export interface QueueFeedback {
  readonly taskId: string;
  /** From 1: those before it who will be served by the same agents, each counted by how likely that is. */
  readonly position: number;
  /** How long it will presumably go on waiting. Null: nobody who is fit is working, so nobody can say. */
  readonly waitMs: number | null;
}

interface Estimate extends QueueFeedback {
  /** Before what was learned from earlier estimates. */
  readonly rawWaitMs: number | null;
}

interface Known {
  readonly agents: AgentIndex;
  readonly times: Pick<HandlingTimes, 'correction'>;
  /** How long work on it takes. */
  readonly meanMs: (task: RoutingTask) => number;
  /** What a task is planned to when the step of its plan expires. Null: it was the last. */
  readonly planAfter: (task: RoutingTask, plan: Plan) => Plan | null;
  readonly now: number;
}

/**
 * Estimates the waits of tasks, which come in their order, one at each call: between two of them agents and tasks may have become others, of which
 * those that follow are told as they are then. Agents finish work at a rate that the handling times say; a task gets the
 * one that is finished after those before it got theirs. Those who wait for other agents too count by the share that these will do. A step
 * that lets others take it may be sooner.
 */
export function* estimateWaits(waiting: Iterable<WaitingTask>, known: Known): Generator<Estimate> {
  const crews = new Crews(known);
  const before: number[] = [];
  for (const { task, plan, pool } of waiting) {
    const { id: taskId } = task;
    if (!pool) {
      yield { taskId, position: 1, waitMs: null, rawWaitMs: null };
      continue;
    }
    const crew = crews.of(plan.demand);
    const ahead = crews.ahead(before, crew);
    const rawWaitMs = crews.soonest(task, plan, before);
    before[crew] = (before[crew] ?? 0) + 1;
    const waitMs = rawWaitMs === null ? null : Math.round(rawWaitMs * known.times.correction);
    yield { taskId, position: 1 + Math.round(ahead), waitMs, rawWaitMs };
  }
}

/** The agents who are fit for a demand and are working, with how many tasks each finishes in a millisecond. */
interface Crew {
  readonly members: readonly (readonly [index: number, rate: number])[];
  readonly rate: number;
}

class Crews {
  private readonly known: Known;
  private readonly crews: Crew[] = [];
  private readonly byFitKey = new Map<string, number>();
  /** What share of the work of one crew is done by agents who are also of another. */
  private readonly shares: number[][] = [];
  /** Those of the beginning: whoever came since counts the next time. */
  private readonly indexes: Map<AgentOnBoard, number>;
  private readonly marked: Float64Array;

  constructor(known: Known) {
    this.known = known;
    this.indexes = new Map([...known.agents.all.values()].map((places, index) => [places, index]));
    this.marked = new Float64Array(this.indexes.size);
  }

  of(demand: Demand): number {
    const place = this.byFitKey.get(demand.fitKey);
    if (place !== undefined) return place;
    const members: [number, number][] = [];
    for (const places of this.known.agents.fitFor(demand)) {
      const rate = this.rateOf(places, demand);
      const index = this.indexes.get(places);
      if (rate > 0 && index !== undefined) members.push([index, rate]);
    }
    const crew = { members, rate: members.reduce((sum, [, rate]) => sum + rate, 0) };
    this.byFitKey.set(demand.fitKey, this.crews.length);
    this.crews.push(crew);
    this.compare(crew);
    return this.crews.length - 1;
  }

  /** How many of those before will presumably be served by this crew. */
  ahead(before: readonly number[], crew: number): number {
    const shares = this.shares[crew]!;
    let sum = 0;
    for (let other = 0; other < before.length; other += 1) sum += (before[other] ?? 0) * (shares[other] ?? 0);
    return sum;
  }

  /** The wait of a task that has these before it, by the step that ends it first. */
  soonest(task: RoutingTask, plan: Plan, before: readonly number[]): number | null {
    const { now, planAfter } = this.known;
    let best: number | null = null;
    let from = now;
    for (let step: Plan | null = plan; step;) {
      const crew = this.of(step.demand);
      const { rate } = this.crews[crew]!;
      const wait = rate === 0 ? null : Math.max(from - now, (this.ahead(before, crew) + 1) / rate);
      if (wait !== null && (best === null || wait < best)) best = wait;
      const { expiresAt }: Plan = step;
      if (expiresAt === null || (best !== null && best <= expiresAt - now)) break;
      from = expiresAt;
      step = planAfter(task, step);
    }
    return best;
  }

  private rateOf(places: AgentOnBoard, { channel, isTransfer }: Demand): number {
    const rejection = places.rejection(channel, isTransfer);
    if (rejection !== null && rejection !== 'full') return 0;
    let rate = 0;
    for (const { task } of places.work.values()) rate += 1 / this.known.meanMs(task);
    return rate;
  }

  private compare(crew: Crew): void {
    const place = this.crews.length - 1;
    this.shares.push([]);
    for (const [index] of crew.members) this.marked[index] = 1;
    for (const [other, { members, rate }] of this.crews.entries()) {
      let shared = 0;
      for (const [index, own] of members) shared += own * this.marked[index]!;
      this.shares[place]![other] = rate === 0 ? 0 : shared / rate;
      this.shares[other]![place] = crew.rate === 0 ? 0 : shared / crew.rate;
    }
    for (const [index] of crew.members) this.marked[index] = 0;
  }
}
