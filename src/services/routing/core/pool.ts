import { AgentPlaces } from './agent-places.ts';
import type { Rejection } from './decision-record.ts';
import type { Demand, Plan } from './plan-task.ts';
import type { ScoreWeights } from './routing-policy.ts';
import type { RoutingAgent, RoutingTask } from './routing-state.ts';
import { SortedList } from './sorted-list.ts';

/** An agent on the board, and where it stands in the indexes. */
export class AgentOnBoard extends AgentPlaces {
  /** Pools for whose demand its skills and teams are fit. */
  readonly fits = new Map<Pool, Fit>();
  /** Tasks waiting of persons whom it has served before. */
  readonly acquainted = new Set<WaitingTask>();
  /** Tasks waiting for this agent alone. */
  readonly pinned = new Set<WaitingTask>();
  /** By kind of pool, why it could take nothing when its places in the pools were brought up to date last. */
  rejections: readonly (Rejection | null)[] = [];
}

/** A task on the board that waits, and where it stands in the indexes. */
export interface WaitingTask {
  task: RoutingTask;
  plan: Plan;
  /** Null: it is pinned, and waits with its agents. */
  pool: Pool | null;
  /** When something about it changes by time alone. Infinity: never. */
  dueAt: number;
  /** The first estimate that was told, from which estimating learns. */
  estimate: { readonly at: number; readonly waitMs: number } | null;
}

/** An agent in a pool: how well its skills fit, and whether it can take something now. */
export interface Fit {
  readonly places: AgentOnBoard;
  readonly skillPoints: number;
  /** Points of now that differ between agents, as of the beginning of time: all grow alike while they are idle. */
  rank: number;
  lastWorkAt: number;
  rejection: Rejection | null;
}

const MINUTE_MS = 60_000;
const HIGHEST_LEVEL = 5;

/** The best first; among equals who has been idle longest. */
export const byRank = (a: Fit, b: Fit): number =>
  b.rank - a.rank ||
  a.lastWorkAt - b.lastWorkAt ||
  (a.places.id < b.places.id ? -1 : a.places.id === b.places.id ? 0 : 1);

/** Who has waited longest, priority included, is first. */
export const byOrder = (a: WaitingTask, b: WaitingTask): number =>
  a.plan.orderedAt - b.plan.orderedAt || (a.task.id < b.task.id ? -1 : a.task.id === b.task.id ? 0 : 1);

export const byDue = (a: WaitingTask, b: WaitingTask): number =>
  a.dueAt - b.dueAt || (a.task.id < b.task.id ? -1 : a.task.id === b.task.id ? 0 : 1);

/** Whether an agent did not take it lately. */
export const hasDeclined = ({ task }: WaitingTask, agentId: string, now: number): boolean =>
  task.declines.some((decline) => decline.agentId === agentId && now < decline.until);

/** The agents who are fit for one demand, and the tasks that wait with it. Kept current, so that nobody is looked for when it matters. */
export class Pool {
  readonly demand: Demand;
  /** Number of its channel, with or without transfers: whoever is full for one pool of a kind is for all. */
  readonly kind: number;
  /** Who waits, the first first. */
  readonly waiting = new SortedList<WaitingTask>(byOrder);
  /** Who could take one now, the best first. */
  readonly ready = new SortedList<Fit>(byRank);
  readonly fits = new Set<Fit>();
  /** Those who are fit and cannot take one now, counted by reason. */
  readonly rejected = new Map<Rejection, number>();
  /** The agents who would be shown first if nobody could take one; null: not looked for yet. */
  foremost: readonly AgentOnBoard[] | null = null;
  private readonly weights: ScoreWeights;

  constructor(demand: Demand, weights: ScoreWeights, kind = 0) {
    this.demand = demand;
    this.kind = kind;
    this.weights = weights;
  }

  /** Lets an agent in whose skills and teams are fit. */
  admit(places: AgentOnBoard): void {
    const fit: Fit = {
      places,
      skillPoints: this.skillPoints(places.agent),
      rank: 0,
      lastWorkAt: 0,
      rejection: 'offline',
    };
    this.fits.add(fit);
    this.count('offline', 1);
    places.fits.set(this, fit);
    this.renew(fit);
  }

  dismiss(fit: Fit): void {
    if (fit.rejection === null) this.ready.remove(fit);
    else this.count(fit.rejection, -1);
    this.fits.delete(fit);
    fit.places.fits.delete(this);
  }

  /** Brings an agent's place up to date with its presence and its work. */
  renew(fit: Fit): void {
    const { places } = fit;
    const rejection = places.rejection(this.demand.channel, this.demand.isTransfer);
    const rank = fit.skillPoints + this.standing(places);
    if (
      rejection === fit.rejection &&
      (rejection !== null || (rank === fit.rank && places.lastWorkAt === fit.lastWorkAt))
    )
      return;
    if (fit.rejection === null) this.ready.remove(fit);
    else this.count(fit.rejection, -1);
    fit.rejection = rejection;
    fit.rank = rank;
    fit.lastWorkAt = places.lastWorkAt;
    if (rejection === null) this.ready.add(fit);
    else this.count(rejection, 1);
  }

  /** How well skills fit: Σ(weight · level/5) / Σ weight of the points; all of them when nothing is asked for. */
  skillPoints({ skills }: Pick<RoutingAgent, 'skills'>): number {
    let asked = 0;
    let offered = 0;
    for (const { skill, weight } of this.demand.wishes) {
      asked += weight;
      offered += weight * ((Object.hasOwn(skills, skill) ? skills[skill]! : 0) / HIGHEST_LEVEL);
    }
    return this.weights.skillFit * (asked === 0 ? 1 : offered / asked);
  }

  private standing(places: AgentPlaces): number {
    const { freePlaces, idleMinute } = this.weights;
    return freePlaces * places.freeShare - (idleMinute * places.lastWorkAt) / MINUTE_MS;
  }

  private count(rejection: Rejection, by: 1 | -1): void {
    this.rejected.set(rejection, (this.rejected.get(rejection) ?? 0) + by);
  }
}

/** Whether skills and teams of an agent are enough, whatever it does at the moment. */
export const isFit = (
  { alternatives }: Pick<Demand, 'alternatives'>,
  { skills, teamIds }: Pick<RoutingAgent, 'skills' | 'teamIds'>,
): boolean =>
  alternatives.some(
    ({ required, teams }) =>
      (teams === null || teamIds.some((id) => teams.includes(id))) &&
      required.every(({ skill, level }) => Object.hasOwn(skills, skill) && skills[skill]! >= level),
  );

/** Whether an agent is in a team that is asked for. */
export const isOfTeam = ({ alternatives }: Demand, { teamIds }: Pick<RoutingAgent, 'teamIds'>): boolean =>
  alternatives.some(({ teams }) => teams === null || teamIds.some((id) => teams.includes(id)));
