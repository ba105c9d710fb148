import type { AgentIndex } from './agent-index.ts';
import {
  KEPT_CANDIDATES,
  type CandidateRecord,
  type DecisionRecord,
  type Reason,
  type Rejection,
} from './decision-record.ts';
import { signalsOf, type Wish } from './plan-task.ts';
import { hasDeclined, isFit, isOfTeam, Pool, type AgentOnBoard, type WaitingTask } from './pool.ts';
import type { RoutingPolicy, StepAct } from './routing-policy.ts';
import { SortedList } from './sorted-list.ts';

const MINUTE_MS = 60_000;

interface Deciding {
  readonly policy: RoutingPolicy;
  readonly policyVersion: number;
  readonly agents: AgentIndex;
  readonly now: number;
}

/** Writes down a decision as it is made: before the chosen agent takes the task. */
export function recordDecision(
  deciding: Deciding,
  waiting: WaitingTask,
  chosen: AgentOnBoard | null,
  acts: readonly StepAct[],
): DecisionRecord {
  const { policy, policyVersion, now } = deciding;
  const { task, plan } = waiting;
  const known = signalsOf(task);
  const shown = new Candidates(deciding, waiting, chosen).foremost();
  return {
    taskId: task.id,
    at: now,
    policyName: policy.name,
    policyVersion: plan.queue.policyVersion ?? policyVersion,
    queue: plan.queue.name,
    step: plan.step.name,
    stepIndex: plan.stepIndex,
    waitedSeconds: Math.round((now - task.waitingSince) / 1_000),
    priorityMinutes: plan.priorityMinutes,
    signals: plan.signalsUsed.map((name) => ({ name, ...known[name]! })),
    requirements: plan.demand.wishes,
    pinnedTo: plan.pinnedTo,
    acts,
    chosenId: chosen?.id ?? null,
    ...shown,
  };
}

/** Every agent as a candidate for a task: who could be chosen by score, then the others by skill fit. */
export const everyCandidate = (deciding: Deciding, waiting: WaitingTask): CandidateRecord[] =>
  new Candidates(deciding, waiting, null).all();

class Candidates {
  private readonly deciding: Deciding;
  private readonly waiting: WaitingTask;
  /** Whose place in the pool may be from before it became free. */
  private readonly chosen: AgentOnBoard | null;
  /** Of a pinned task, the pool that it would be in: who is fit does not matter, how well does. */
  private readonly pool: Pool;

  constructor(deciding: Deciding, waiting: WaitingTask, chosen: AgentOnBoard | null) {
    this.deciding = deciding;
    this.waiting = waiting;
    this.chosen = chosen;
    this.pool = waiting.pool ?? new Pool(waiting.plan.demand, deciding.policy.weights);
  }

  all(): CandidateRecord[] {
    return this.inOrder([...this.deciding.agents.all.values()]);
  }

  foremost(): Pick<DecisionRecord, 'candidates' | 'othersByReason'> {
    const kept = this.keep();
    const candidates = this.inOrder(kept);
    const counts = this.countAll();
    for (const { rejectedBecause } of candidates) bump(counts, rejectedBecause ?? 'lower_score', -1);
    return { candidates, othersByReason: Object.fromEntries([...counts].filter(([, count]) => count > 0)) };
  }

  /** The 20 to show, without a look at everybody. */
  private keep(): AgentOnBoard[] {
    const { agents } = this.deciding;
    if (this.waiting.pool === null) return (this.waiting.plan.pinnedTo ?? []).flatMap((id) => agents.all.get(id) ?? []);
    const known = this.waiting.task.earlierAgentIds.flatMap((id) => agents.all.get(id) ?? []);
    const best = [
      ...(this.chosen ? [this.chosen] : []),
      ...this.pool.ready.items
        .slice(0, KEPT_CANDIDATES + this.waiting.task.declines.length)
        .map(({ places }) => places),
      ...known.filter((places) => places.fits.get(this.pool)?.rejection === null),
    ];
    const able = [...new Set(best)].filter((places) => this.rejectionOf(places) === null);
    return [...new Set([...this.inOrderOf(able), ...this.foremostOf()])].slice(0, KEPT_CANDIDATES);
  }

  /** Twice as many as are shown: at most so many less one are shown already. */
  private foremostOf(): readonly AgentOnBoard[] {
    const { pool } = this;
    if (pool.foremost) return pool.foremost;
    const foremost = new SortedList<{ places: AgentOnBoard; isFit: boolean; points: number }>(
      (a, b) => Number(b.isFit) - Number(a.isFit) || b.points - a.points || compareIds(a.places, b.places),
    );
    for (const places of this.deciding.agents.all.values()) {
      foremost.add({ places, isFit: places.fits.has(pool), points: pool.skillPoints(places.agent) });
      if (foremost.items.length > 2 * KEPT_CANDIDATES) foremost.items.pop();
    }
    pool.foremost = foremost.items.map(({ places }) => places);
    return pool.foremost;
  }

  private countAll(): Map<Reason, number> {
    const { agents } = this.deciding;
    if (this.waiting.pool === null) {
      const counts = new Map<Reason, number>([['not_pinned', agents.all.size]]);
      for (const id of this.waiting.plan.pinnedTo ?? []) {
        const places = agents.all.get(id);
        if (!places) continue;
        bump(counts, 'not_pinned', -1);
        bump(counts, this.rejectionOf(places) ?? 'lower_score', 1);
      }
      return counts;
    }
    const outside = agents.outside(this.pool.demand);
    const counts = new Map<Reason, number>([
      ['lower_score', this.pool.ready.items.length],
      ...this.pool.rejected,
      ['other_team', outside],
      ['missing_skill', agents.all.size - this.pool.fits.size - outside],
    ]);
    const stood = this.chosen?.fits.get(this.pool)?.rejection;
    if (stood != null) {
      bump(counts, stood, -1);
      bump(counts, 'lower_score', 1);
    }
    for (const { agentId } of this.waiting.task.declines) {
      const places = agents.all.get(agentId);
      if (!places || this.rejectionOf(places) !== 'declined') continue;
      bump(counts, 'lower_score', -1);
      bump(counts, 'declined', 1);
    }
    return counts;
  }

  private rejectionOf(places: AgentOnBoard): Rejection | null {
    const { channel, isTransfer } = this.pool.demand;
    const { plan } = this.waiting;
    if (plan.pinnedTo && !plan.pinnedTo.includes(places.id)) return 'not_pinned';
    if (!plan.pinnedTo && !isFit(this.pool.demand, places.agent))
      return isOfTeam(this.pool.demand, places.agent) ? 'missing_skill' : 'other_team';
    const rejection = places.rejection(channel, isTransfer);
    return rejection ?? (hasDeclined(this.waiting, places.id, this.deciding.now) ? 'declined' : null);
  }

  private inOrder(agents: readonly AgentOnBoard[]): CandidateRecord[] {
    return this.inOrderOf(agents).map((places) => this.candidate(places));
  }

  private inOrderOf(agents: readonly AgentOnBoard[]): AgentOnBoard[] {
    return agents
      .map((places) => {
        const parts = this.partsOf(places);
        const isAble = this.rejectionOf(places) === null;
        const key = isAble ? sumOf(parts) : parts.skillFit;
        return { places, isAble, key, fits: isFit(this.pool.demand, places.agent) };
      })
      .sort(
        (a, b) =>
          Number(b.isAble) - Number(a.isAble) ||
          (a.isAble ? 0 : Number(b.fits) - Number(a.fits)) ||
          b.key - a.key ||
          (a.isAble ? a.places.lastWorkAt - b.places.lastWorkAt : 0) ||
          compareIds(a.places, b.places),
      )
      .map(({ places }) => places);
  }

  private candidate(places: AgentOnBoard): CandidateRecord {
    const { id, name, skills, capacity } = places.agent;
    const parts = this.partsOf(places);
    const asked = this.waiting.plan.demand.wishes.map((wish) => ({ ...wish, has: levelOf(skills, wish) }));
    return {
      agentId: id,
      name,
      score: inTenths(sumOf(parts)),
      parts: {
        skillFit: inTenths(parts.skillFit),
        freePlaces: inTenths(parts.freePlaces),
        continuity: inTenths(parts.continuity),
        idle: inTenths(parts.idle),
      },
      matched: asked.filter(({ has, level }) => has >= level).map(({ skill }) => skill),
      missing: asked.filter(({ has, level }) => has < level).map(({ skill }) => skill),
      levels: Object.fromEntries(asked.flatMap(({ skill, has }) => (has > 0 ? [[skill, has]] : []))),
      load: places.load,
      capacity,
      rejectedBecause: this.rejectionOf(places),
    };
  }

  private partsOf(places: AgentOnBoard) {
    const { freePlaces, continuity, idleMinute } = this.deciding.policy.weights;
    return {
      skillFit: this.pool.skillPoints(places.agent),
      freePlaces: freePlaces * places.freeShare,
      continuity: this.waiting.task.earlierAgentIds.includes(places.id) ? continuity : 0,
      idle: (idleMinute * Math.max(0, this.deciding.now - places.lastWorkAt)) / MINUTE_MS,
    };
  }
}

const compareIds = (a: AgentOnBoard, b: AgentOnBoard) => (a.id < b.id ? -1 : a.id === b.id ? 0 : 1);

const sumOf = (parts: { skillFit: number; freePlaces: number; continuity: number; idle: number }) =>
  parts.skillFit + parts.freePlaces + parts.continuity + parts.idle;

const levelOf = (skills: Readonly<Record<string, number>>, { skill }: Wish) =>
  Object.hasOwn(skills, skill) ? skills[skill]! : 0;

const inTenths = (points: number) => Math.round(points * 10) / 10;

function bump(counts: Map<Reason, number>, reason: Reason, by: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + by);
}
