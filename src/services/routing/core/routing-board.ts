import type { AgentId } from '../../../values/ids.ts';
import { AgentIndex } from './agent-index.ts';
import type { CandidateRecord, DecisionRecord } from './decision-record.ts';
import { findAdvisers, type AdviceWanted } from './find-advisers.ts';
import { isPinnedByStep, planTask, type Demand, type Plan, type PlanSurroundings } from './plan-task.ts';
import { AgentOnBoard, byDue, byOrder, byRank, hasDeclined, isFit, Pool, type WaitingTask } from './pool.ts';
import { HandlingTimes, type WorkKind } from './handling-times.ts';
import { estimateWaits, type QueueFeedback } from './queue-feedback.ts';
import { everyCandidate, recordDecision } from './record-decision.ts';
import type { RoutingPolicy, StepAct } from './routing-policy.ts';
import type { RoutingAgent, RoutingState, RoutingTask, Work } from './routing-state.ts';
import { SortedList } from './sorted-list.ts';

/** What made a decision due. */
export type Cause = 'arrived' | 'returned' | 'step' | 'seat' | 'agent';

/** What becomes of a task: it goes to an agent, or goes on waiting. */
export interface Decision {
  readonly taskId: string;
  /** Null: nobody who could take it; it waits. */
  readonly agentId: AgentId | null;
  readonly cause: Cause;
  readonly at: number;
  /** What steps that were reached by now ask of others. Each act comes in one decision. */
  readonly acts: readonly StepAct[];
  /** Null: the board was opened without records. */
  readonly record: DecisionRecord | null;
}

/** An agent as it is told with all its places: those of work on the board, and others. */
export interface AgentNews extends Omit<RoutingAgent, 'placesTaken'> {
  readonly load: number;
}

/** What became of agents and tasks, whoever brought it about. */
export interface BoardNews {
  readonly agents: readonly AgentNews[];
  readonly waiting: readonly RoutingTask[];
  readonly work: readonly Work[];
  /** Tasks that are done with. */
  readonly endedIds: readonly string[];
}

export interface BoardOptions {
  /** Of the policy, for the records. */
  readonly policyVersion?: number;
  /** False: decisions only, for those who drive the board by the million. */
  readonly keepsRecords?: boolean;
  /** What is known of how long work takes, and goes on being learned. */
  readonly handlingTimes?: HandlingTimes;
}

/** Pools that nobody waits in are kept for the next task like those before it, so many. */
const KEPT_EMPTY_POOLS = 512;
const MINUTE_MS = 60_000;

/**
 * Who gets which task. The board holds the state that decisions depend on, indexed so that none needs a look at everybody: tasks with
 * equal demands wait in one pool, which keeps the agents who are fit in order. It is told what happens, with the time at which it
 * happened, and answers with what follows: nobody waits while somebody who is fit is free.
 *
 * Pure: no clock, no chance, no database. The same calls give the same decisions.
 */
export class RoutingBoard {
  private readonly policy: RoutingPolicy;
  private readonly policyVersion: number;
  private readonly keepsRecords: boolean;
  private readonly agents = new AgentIndex();
  private readonly tasks = new Map<string, WaitingTask>();
  private readonly work = new Map<string, Work>();
  private readonly pools = new Map<string, Pool>();
  private emptyPools = 0;
  private readonly kinds: Pick<Demand, 'channel' | 'isTransfer'>[] = [];
  private readonly due = new SortedList<WaitingTask>(byDue);
  /** Told of, and not decided on since. */
  private readonly unsettled = { agents: new Set<AgentOnBoard>(), tasks: new Map<string, Cause>() };
  /** What the latest decisions changed, so that they can be taken back. */
  private readonly before = new Map<string, Pick<WaitingTask, 'task' | 'estimate'> & { lastWorkAt: number }>();
  private readonly handlingTimes: HandlingTimes;
  private readonly kindsOfWork = new WeakMap<RoutingTask, WorkKind>();
  /** The plan after another one, for those who look ahead. What a plan depends on gives its task another one when it changes. */
  private readonly following = new WeakMap<Plan, Plan>();
  private readonly surroundings: PlanSurroundings = {
    isKnownSkill: (skill) => this.agents.has(skill),
    isPresent: (id) => {
      const presence = this.agents.all.get(id)?.agent.presence;
      return presence === 'online' || presence === 'transfers_only';
    },
  };

  constructor(policy: RoutingPolicy, { policyVersion = 0, keepsRecords = true, handlingTimes }: BoardOptions = {}) {
    this.handlingTimes = handlingTimes ?? new HandlingTimes();
    this.policy = policy;
    this.policyVersion = policyVersion;
    this.keepsRecords = keepsRecords;
  }

  /** A board with this on it. Nothing is decided before `settle`. */
  static of(policy: RoutingPolicy, state: RoutingState, now: number, options?: BoardOptions): RoutingBoard {
    const board = new RoutingBoard(policy, options);
    for (const agent of state.agents) board.enter(agent);
    for (const work of state.work) board.begin(work);
    for (const task of state.tasks) board.enqueue(task, now);
    return board;
  }

  /** Gives everything that waits to whoever is free, the longest waiting first. */
  settle(now: number): Decision[] {
    return this.assign([...this.tasks.values()], 'arrived', now).filter(isNews);
  }

  // For those who share the state with others: first all that is true now is learned, then what follows is decided.

  /** Learns what is true now. Nothing is decided before `settleNews`. What is known already changes nothing. */
  learn({ agents, waiting, work, endedIds }: BoardNews, now: number): void {
    for (const { load, ...agent } of agents)
      if (!this.agents.all.has(agent.id)) this.becomeUnsettled(this.enter({ ...agent, placesTaken: load }), now);
    for (const taskId of endedIds) this.forget(taskId, now);
    for (const one of work) this.learnWork(one, now);
    for (const task of waiting) this.learnWaiting(task, now);
    for (const { load, ...agent } of agents) {
      const places = this.agents.all.get(agent.id)!;
      const placesTaken = Math.max(0, load - places.work.size);
      this.becomeUnsettled(this.enter({ ...agent, placesTaken }), now);
      this.unsettled.agents.add(places);
    }
  }

  /**
   * Decides what follows from all that was learned and from the time that has passed: the longest waiting first, each goes to the best agent for
   * it. Stops after so many decisions that change something, or once `asked` are decided; what is left comes at the next call. Of others than
   * `asked` there is no record then: whoever asks carries out its own and takes theirs back.
   */
  settleNews(now: number, { most = Infinity, asked }: { most?: number; asked?: ReadonlySet<string> } = {}): Decision[] {
    this.before.clear();
    for (const { task } of this.planDue(now)) this.unsettled.tasks.set(task.id, 'step');
    const bests = new Map<AgentOnBoard, WaitingTask | null>();
    const decisions: Decision[] = [];
    const open = asked && new Set(asked);
    for (let news = 0; news < most && open?.size !== 0;) {
      const next = this.nextUnsettled(bests, now);
      if (!next) break;
      const isAsked = asked?.has(next.task.id) ?? false;
      const decision = this.settleOne(next, now, asked ? (isAsked ? 'always' : 'never') : 'news');
      for (const [places, best] of bests) if (best === next || places.id === decision.agentId) bests.delete(places);
      decisions.push(decision);
      if (decision.agentId !== null || decision.record !== null) news += 1;
      open?.delete(next.task.id);
    }
    return decisions;
  }

  /** Whether something was learned that nothing was decided on yet. */
  get isUnsettled(): boolean {
    return this.unsettled.agents.size + this.unsettled.tasks.size > 0;
  }

  /** Takes a decision of the latest `settleNews` back, because it could not be carried out: it comes again. */
  undo({ taskId, cause }: Decision, now: number): void {
    const before = this.before.get(taskId);
    if (!before) throw new Error(`There is no late decision on ${taskId}.`);
    const { task, estimate, lastWorkAt } = before;
    const work = this.work.get(taskId);
    if (work) {
      const places = this.giveBack(work, now);
      places.lastWorkAt = lastWorkAt;
      this.renew(places);
      this.unsettled.agents.add(places);
      this.enqueue(task, now).estimate = estimate;
    } else this.tasks.get(taskId)!.task = task;
    this.unsettled.tasks.set(taskId, cause);
  }

  /** Lets a task be decided on once more, also one that an agent has, as if it waited beside everybody else’s. Answers what it was. */
  reconsider(taskId: string, now: number): Work | null {
    const work = this.work.get(taskId);
    if (work) {
      this.renew(this.giveBack(work, work.since));
      this.enqueue(work.task, now);
    }
    if (this.tasks.has(taskId)) this.unsettled.tasks.set(taskId, work ? 'returned' : 'arrived');
    return work ?? null;
  }

  /** An agent keeps what it had before it was reconsidered. */
  keep({ task, agentId, since }: Work): void {
    this.forget(task.id, since);
    this.begin({ task, agentId, since });
    this.renew(this.agents.all.get(agentId)!);
  }

  /** What an agent has. */
  workOf(agentId: string): readonly Work[] {
    return [...(this.agents.all.get(agentId)?.work.values() ?? [])];
  }

  /** When a waiting task changes by time alone. Null: never, or it does not wait. */
  dueAtOf(taskId: string): number | null {
    const dueAt = this.tasks.get(taskId)?.dueAt ?? Infinity;
    return dueAt === Infinity ? null : dueAt;
  }

  /** A waiting task as it is now: what was decided on it counts. */
  taskOf(taskId: string): RoutingTask | null {
    return this.tasks.get(taskId)?.task ?? this.work.get(taskId)?.task ?? null;
  }

  private nextUnsettled(bests: Map<AgentOnBoard, WaitingTask | null>, now: number): WaitingTask | null {
    let next: WaitingTask | null = null;
    const consider = (one: WaitingTask) => {
      if (next === null || byOrder(one, next) < 0) next = one;
    };
    for (const places of this.unsettled.agents) {
      let best = bests.get(places);
      if (best === undefined) bests.set(places, (best = this.bestTaskFor(places, now)));
      if (best) consider(best);
      else this.unsettled.agents.delete(places);
    }
    for (const taskId of this.unsettled.tasks.keys()) {
      const waiting = this.tasks.get(taskId);
      if (waiting) consider(waiting);
      else this.unsettled.tasks.delete(taskId);
    }
    return next;
  }

  private settleOne(waiting: WaitingTask, now: number, recorded: 'always' | 'news' | 'never'): Decision {
    const { task, estimate, plan } = waiting;
    const cause = this.unsettled.tasks.get(task.id) ?? 'seat';
    this.unsettled.tasks.delete(task.id);
    const places = this.bestAgentFor(waiting, now);
    this.before.set(task.id, { task, estimate, lastWorkAt: places?.lastWorkAt ?? 0 });
    // That it goes on waiting is worth a record once a step, or when somebody asks.
    const isTold = places !== null || plan.stepIndex > task.actedThrough;
    const isRecorded = recorded === 'always' || (recorded === 'news' && isTold);
    const decision = this.decide(waiting, places, { cause, now, isRecorded });
    if (places) this.renew(places);
    return decision;
  }

  private becomeUnsettled(affected: readonly WaitingTask[], now: number): void {
    for (const waiting of affected) {
      this.plan(waiting, now);
      this.unsettled.tasks.set(waiting.task.id, 'agent');
    }
  }

  private learnWaiting(task: RoutingTask, now: number): void {
    const known = this.tasks.get(task.id);
    if (known && isSameTask(known.task, task)) return;
    const estimate = known?.estimate ?? null;
    const cause = this.work.has(task.id) ? 'returned' : 'arrived';
    this.forget(task.id, now);
    this.enqueue(task, now).estimate = estimate;
    this.unsettled.tasks.set(task.id, cause);
  }

  private learnWork(work: Work, now: number): void {
    const known = this.work.get(work.task.id);
    if (known?.agentId === work.agentId) {
      // The same places, unless its channel is another one by now.
      this.work.set(work.task.id, work);
      const places = this.agents.all.get(work.agentId)!;
      places.take(work);
      if (known.task.channel !== work.task.channel) this.renew(places);
      return;
    }
    const waiting = this.tasks.get(work.task.id);
    if (waiting?.estimate) this.handlingTimes.compare(waiting.estimate.waitMs, work.since - waiting.estimate.at);
    this.forget(work.task.id, now);
    this.begin(work);
    this.renew(this.agents.all.get(work.agentId)!);
  }

  /** Takes a task off the board, wherever it is. */
  private forget(taskId: string, now: number): void {
    const waiting = this.tasks.get(taskId);
    if (waiting) this.leave(waiting);
    const work = this.work.get(taskId);
    if (!work) return;
    if (now > work.since) this.handlingTimes.learn(this.kindOfWork(work.task), now - work.since);
    const places = this.giveBack(work, now);
    this.renew(places);
    this.unsettled.agents.add(places);
  }

  // For those who hold all of the state: what happens is told one by one, and answered with what follows.

  /** An agent is new, or changed: presence, channels, capacity, skills, teams. */
  setAgent(agent: RoutingAgent, now: number): Decision[] {
    const affected = new Set(this.enter(agent));
    const places = this.agents.all.get(agent.id)!;
    for (const waiting of affected) this.plan(waiting, now);
    const decisions = this.assign([...affected], 'agent', now).filter(isNews);
    return [...decisions, ...this.pull(places, 'agent', now)];
  }

  /** An agent is gone for good; its work returns to waiting. */
  removeAgent(agentId: AgentId, now: number): Decision[] {
    const places = this.agents.all.get(agentId);
    if (!places) return [];
    const returned = [...places.work.values()].map(({ task }) => task);
    for (const task of returned) this.work.delete(task.id);
    const affected = new Set([...this.withdraw(places), ...this.known(places), ...places.pinned]);
    for (const waiting of affected) this.plan(waiting, now);
    return this.assign([...affected, ...returned.map((task) => this.enqueue(task, now))], 'returned', now).filter(
      isNews,
    );
  }

  /** A task begins to wait. */
  addTask(task: RoutingTask, now: number): Decision[] {
    return this.assign([this.enqueue(task, now)], 'arrived', now);
  }

  /** A task waits no more, or is no longer worked on: it was cancelled, or ended elsewhere. */
  removeTask(taskId: string, now: number): Decision[] {
    const waiting = this.tasks.get(taskId);
    if (!waiting) return this.endWork(taskId, now);
    this.leave(waiting);
    return [];
  }

  /** What is known of a waiting task changed: its signals, its priority, its pin. It keeps its place in time. */
  changeTask(task: RoutingTask, now: number): Decision[] {
    const waiting = this.tasks.get(task.id);
    if (!waiting) return [];
    this.leave(waiting);
    return this.assign([this.enqueue(task, now)], 'arrived', now);
  }

  /** An agent has a task that nobody decided here: one that it took by itself, or got by force. May be more than its capacity. */
  takeTask(task: RoutingTask, agentId: AgentId, now: number): Decision[] {
    const waiting = this.tasks.get(task.id);
    if (waiting) this.leave(waiting);
    const work = this.work.get(task.id);
    const former = work ? [this.giveBack(work, now)] : [];
    this.begin({ task, agentId, since: now });
    this.renew(this.agents.all.get(agentId)!);
    return former.flatMap((places) => this.pull(places, 'seat', now));
  }

  /** A task is done, wrapped up: its places are free. */
  endWork(taskId: string, now: number): Decision[] {
    const work = this.work.get(taskId);
    if (!work) return [];
    this.handlingTimes.learn(this.kindOfWork(work.task), now - work.since);
    const places = this.giveBack(work, now);
    return this.pull(places, 'seat', now);
  }

  /**
   * An agent did not take what was offered: it goes to somebody else, with all the time it has waited. The agent is not asked again for
   * as long as the policy says.
   */
  declineTask(taskId: string, now: number): Decision[] {
    const work = this.work.get(taskId);
    if (!work) return [];
    const { agentId } = work;
    const until = now + this.policy.declineSeconds * 1_000;
    const declines = [
      ...work.task.declines.filter((one) => one.agentId !== agentId && now < one.until),
      { agentId, until },
    ];
    return this.giveBackTo({ ...work.task, declines }, work, now);
  }

  /** A task leaves its agent for another: handed over, or the agent vanished. */
  returnTask(task: RoutingTask, now: number): Decision[] {
    const work = this.work.get(task.id);
    return work ? this.giveBackTo(task, work, now) : [];
  }

  /** When something changes by time alone. Null: nothing will. */
  nextDueAt(): number | null {
    return this.due.items[0]?.dueAt ?? null;
  }

  /** Brings the board to this moment: steps that expired by now, pins and refusals that ended. */
  advance(now: number): Decision[] {
    const stepBefore = new Map<string, number>();
    const changed = this.planDue(now, ({ task, plan }) => stepBefore.set(task.id, plan.stepIndex));
    const isNewStep = ({ taskId }: Decision) => this.tasks.get(taskId)?.plan.stepIndex !== stepBefore.get(taskId);
    return this.assign(changed, 'step', now).filter((decision) => isNews(decision) || isNewStep(decision));
  }

  /** Where each waiting task stands, and how long it will presumably wait. */
  feedback(now: number): QueueFeedback[] {
    return [...this.estimating(now)];
  }

  /** The same one by one, the front first: between two of them other things may happen to the board. What waits no more by then is left out. */
  *estimating(now: number): Generator<QueueFeedback> {
    const { tasks } = this;
    const inOrder = [...tasks.values()].sort(byOrder);
    let latest: WaitingTask | null = null;
    const stillWaiting = function* () {
      for (const one of inOrder) if (tasks.get(one.task.id) === one) yield (latest = one);
    };
    const planAfter = (task: RoutingTask, plan: Plan) => this.planAfter(task, plan);
    const meanMs = (task: RoutingTask) => this.handlingTimes.mean(this.kindOfWork(task));
    const known = { agents: this.agents, times: this.handlingTimes, meanMs, planAfter, now };
    for (const { rawWaitMs, ...feedback } of estimateWaits(stillWaiting(), known)) {
      if (rawWaitMs !== null) latest!.estimate ??= { at: now, waitMs: rawWaitMs };
      yield feedback;
    }
  }

  /** What a task is like that somebody works on. Queue and skills are those of its beginning: steps drop skills, but still wish for them. */
  private kindOfWork(task: RoutingTask): WorkKind {
    let kind = this.kindsOfWork.get(task);
    if (!kind) {
      const { queue, demand } = planTask(this.policy, task, task.waitingSince, this.surroundings);
      const skills = demand.wishes.map(({ skill }) => skill);
      kind = { channel: task.channel, queue: queue.name, skills: skills.sort().join(' ') };
      this.kindsOfWork.set(task, kind);
    }
    return kind;
  }

  /** What becomes of a task when the step of this plan expires. Null: it is the last. */
  private planAfter(task: RoutingTask, plan: Plan): Plan | null {
    if (plan.expiresAt === null) return null;
    let next = this.following.get(plan);
    if (!next) this.following.set(plan, (next = planTask(this.policy, task, plan.expiresAt, this.surroundings)));
    return next;
  }

  /** Who could give advice, the best first. */
  advisers(wanted: AdviceWanted): AgentId[] {
    return findAdvisers(this.agents, wanted);
  }

  /** How many places advice would take of an agent. Null: it has no room for it, or is not at work. */
  roomForAdvice(agentId: AgentId): number | null {
    return this.agents.all.get(agentId)?.roomForAdvice() ?? null;
  }

  /** Every agent as a candidate for a task that waits; of a decision of the past, on a board of the state that was kept. */
  candidatesFor(taskId: string, now: number): CandidateRecord[] {
    const waiting = this.tasks.get(taskId);
    return waiting ? everyCandidate(this.deciding(now), waiting) : [];
  }

  /** What a task that waits is planned to: its queue, its step, what it asks for. Null: it does not wait. */
  planOf(taskId: string): Plan | null {
    return this.tasks.get(taskId)?.plan ?? null;
  }

  /** All that decisions depend on. */
  state(): RoutingState {
    return {
      agents: [...this.agents.all.values()].map(({ agent, lastWorkAt }) => ({ ...agent, lastWorkAt })),
      tasks: [...this.tasks.values()].map(({ task }) => task),
      work: [...this.work.values()],
    };
  }

  // Agents

  /** Answers the tasks whose plans may be others now. */
  private enter(agent: RoutingAgent): WaitingTask[] {
    const before = this.agents.all.get(agent.id);
    if (!before) {
      const places = new AgentOnBoard(agent, this.policy.capacity);
      const novel = this.changeAgents([agent], () => this.agents.add(places));
      this.admit(places);
      for (const waiting of this.tasks.values()) {
        if (waiting.task.earlierAgentIds.includes(places.id)) places.acquainted.add(waiting);
        if (waiting.plan.pinnedTo?.includes(places.id)) places.pinned.add(waiting);
      }
      return [...new Set([...novel, ...this.known(places)])];
    }
    const wasPresent = this.surroundings.isPresent(agent.id);
    if (isSameAbility(before.agent, agent)) {
      before.become(agent);
      this.renew(before);
      return wasPresent === this.surroundings.isPresent(agent.id) ? [] : this.known(before);
    }
    const novel = this.changeAgents([before.agent, agent], () => {
      this.agents.remove(before);
      before.become(agent);
      this.agents.add(before);
    });
    for (const [pool, fit] of [...before.fits]) pool.dismiss(fit);
    this.admit(before);
    return [...new Set([...novel, ...this.known(before)])];
  }

  /** Changes who is there; answers what waits, if a skill is there now that nobody had, or the last who had one lost it. */
  private changeAgents(agents: readonly RoutingAgent[], change: () => void): WaitingTask[] {
    const had = new Map(
      agents.flatMap(({ skills }) => Object.keys(skills)).map((skill) => [skill, this.agents.has(skill)]),
    );
    change();
    const isOther = [...had].some(([skill, was]) => this.agents.has(skill) !== was);
    return isOther && this.policy.skillsNobodyHas === 'ignore' ? [...this.tasks.values()] : [];
  }

  private admit(places: AgentOnBoard): void {
    // They stand in the pools by what they can take now; what was known of before says nothing about that.
    places.rejections = this.rejectionsOf(places);
    for (const pool of this.pools.values()) {
      pool.foremost = null;
      if (isFit(pool.demand, places.agent)) pool.admit(places);
    }
  }

  private withdraw(places: AgentOnBoard): WaitingTask[] {
    for (const pool of this.pools.values()) pool.foremost = null;
    for (const [pool, fit] of [...places.fits]) pool.dismiss(fit);
    return this.changeAgents([places.agent], () => this.agents.remove(places));
  }

  private renew(places: AgentOnBoard): void {
    const before = places.rejections;
    const rejections = this.rejectionsOf(places);
    places.rejections = rejections;
    // Who could take nothing and still cannot, for the same reasons, stands where it stood: what a full house does most.
    const isSame = rejections.every((rejection, kind) => rejection !== null && rejection === before[kind]);
    if (!isSame) for (const [pool, fit] of places.fits) pool.renew(fit);
  }

  private rejectionsOf(places: AgentOnBoard) {
    return this.kinds.map(({ channel, isTransfer }) => places.rejection(channel, isTransfer));
  }

  private kindOf({ channel, isTransfer }: Demand): number {
    const known = this.kinds.findIndex((kind) => kind.channel === channel && kind.isTransfer === isTransfer);
    return known >= 0 ? known : this.kinds.push({ channel, isTransfer }) - 1;
  }

  /** Tasks of persons whom an agent served last, in a step that waits for it. */
  private known(places: AgentOnBoard): WaitingTask[] {
    return [...places.acquainted].filter(({ plan }) => isPinnedByStep(plan));
  }

  // Tasks

  private enqueue(task: RoutingTask, now: number): WaitingTask {
    if (this.tasks.has(task.id) || this.work.has(task.id))
      throw new Error(`The task ${task.id} is on the board already.`);
    const plan = planTask(this.policy, task, now, this.surroundings);
    const waiting: WaitingTask = { task, plan, pool: null, dueAt: Infinity, estimate: null };
    this.tasks.set(task.id, waiting);
    for (const id of task.earlierAgentIds) this.agents.all.get(id)?.acquainted.add(waiting);
    this.place(waiting, now);
    return waiting;
  }

  /** Takes a task from where it waits. */
  private leave(waiting: WaitingTask): void {
    this.displace(waiting);
    this.tasks.delete(waiting.task.id);
    for (const id of waiting.task.earlierAgentIds) this.agents.all.get(id)?.acquainted.delete(waiting);
  }

  /** Plans a task anew, as of now. */
  private plan(waiting: WaitingTask, now: number): void {
    this.displace(waiting);
    const declines = waiting.task.declines.filter(({ until }) => now < until);
    if (declines.length < waiting.task.declines.length) waiting.task = { ...waiting.task, declines };
    waiting.plan = planTask(this.policy, waiting.task, now, this.surroundings);
    this.place(waiting, now);
  }

  /** Plans anew what changed by time alone. */
  private planDue(now: number, before?: (waiting: WaitingTask) => void): WaitingTask[] {
    const changed: WaitingTask[] = [];
    for (let first = this.due.items[0]; first && first.dueAt <= now; first = this.due.items[0]) {
      before?.(first);
      this.plan(first, now);
      changed.push(first);
    }
    return changed;
  }

  private place(waiting: WaitingTask, now: number): void {
    const { task, plan } = waiting;
    if (plan.pinnedTo) for (const id of plan.pinnedTo) this.agents.all.get(id)?.pinned.add(waiting);
    else {
      waiting.pool = this.poolFor(plan);
      if (waiting.pool.waiting.items.length === 0) this.emptyPools -= 1;
      waiting.pool.waiting.add(waiting);
    }
    waiting.dueAt = [plan.expiresAt, task.pin?.until, ...task.declines.map(({ until }) => until)].reduce<number>(
      (soonest, at) => (at != null && now < at && at < soonest ? at : soonest),
      Infinity,
    );
    if (waiting.dueAt < Infinity) this.due.add(waiting);
  }

  private displace(waiting: WaitingTask): void {
    if (waiting.dueAt < Infinity) this.due.remove(waiting);
    waiting.dueAt = Infinity;
    for (const id of waiting.plan.pinnedTo ?? []) this.agents.all.get(id)?.pinned.delete(waiting);
    if (waiting.pool) {
      waiting.pool.waiting.remove(waiting);
      if (waiting.pool.waiting.items.length === 0) this.emptyPools += 1;
      waiting.pool = null;
    }
  }

  private poolFor({ demand }: Plan): Pool {
    const known = this.pools.get(demand.key);
    if (known) return known;
    if (this.emptyPools > KEPT_EMPTY_POOLS) this.forgetEmptyPools();
    const pool = new Pool(demand, this.policy.weights, this.kindOf(demand));
    for (const places of this.agents.fitFor(demand)) pool.admit(places);
    this.pools.set(demand.key, pool);
    this.emptyPools += 1;
    return pool;
  }

  /** Half of them, those first that were made first. */
  private forgetEmptyPools(): void {
    for (const [key, pool] of this.pools) {
      if (this.emptyPools <= KEPT_EMPTY_POOLS / 2) return;
      if (pool.waiting.items.length > 0) continue;
      for (const fit of pool.fits) fit.places.fits.delete(pool);
      this.pools.delete(key);
      this.emptyPools -= 1;
    }
  }

  // Decisions

  /** Gives tasks to whoever can take them, the longest waiting first. */
  private assign(tasks: readonly WaitingTask[], cause: Cause, now: number): Decision[] {
    return [...tasks].sort(byOrder).map((waiting) => {
      const places = this.bestAgentFor(waiting, now);
      const decision = this.decide(waiting, places, { cause, now });
      if (places) this.renew(places);
      return decision;
    });
  }

  /** Gives an agent what it can take; only then its places in the pools are brought up to date. */
  private pull(places: AgentOnBoard, cause: Cause, now: number): Decision[] {
    const decisions: Decision[] = [];
    for (let best = this.bestTaskFor(places, now); best; best = this.bestTaskFor(places, now))
      decisions.push(this.decide(best, places, { cause, now }));
    this.renew(places);
    return decisions;
  }

  private bestAgentFor(waiting: WaitingTask, now: number): AgentOnBoard | null {
    const { task, plan, pool } = waiting;
    if (pool === null) {
      const able = (plan.pinnedTo ?? []).flatMap((id) => this.agents.all.get(id) ?? []);
      return able.find((places) => this.canTake(places, waiting, now)) ?? null;
    }
    const { continuity } = this.policy.weights;
    let best = pool.ready.items.find(({ places }) => !hasDeclined(waiting, places.id, now)) ?? null;
    let rank = best ? best.rank + (task.earlierAgentIds.includes(best.places.id) ? continuity : 0) : -Infinity;
    for (const id of task.earlierAgentIds) {
      const fit = this.agents.all.get(id)?.fits.get(pool);
      if (fit?.rejection !== null || hasDeclined(waiting, id, now)) continue;
      const known = fit.rank + continuity;
      if (best && (known < rank || (known === rank && byRank(best, fit) <= 0))) continue;
      [best, rank] = [fit, known];
    }
    return best?.places ?? null;
  }

  private bestTaskFor(places: AgentOnBoard, now: number): WaitingTask | null {
    const { continuity } = this.policy.weights;
    let best: WaitingTask | null = null;
    let most = -Infinity;
    const weigh = (waiting: WaitingTask, points: number) => {
      const score = points + this.waitingPoints(waiting, now);
      if (score < most || (score === most && best && byOrder(best, waiting) < 0)) return;
      [best, most] = [waiting, score];
    };
    const rejections = this.rejectionsOf(places);
    for (const [pool, { skillPoints }] of places.fits) {
      if (pool.waiting.items.length === 0 || rejections[pool.kind] !== null) continue;
      const first = pool.waiting.items.find((waiting) => !hasDeclined(waiting, places.id, now));
      if (first) weigh(first, skillPoints);
    }
    for (const waiting of places.acquainted) {
      const fit = waiting.pool && places.fits.get(waiting.pool);
      if (fit && this.canTake(places, waiting, now)) weigh(waiting, fit.skillPoints + continuity);
    }
    for (const waiting of places.pinned)
      if (this.canTake(places, waiting, now)) weigh(waiting, this.policy.weights.skillFit + continuity);
    return best;
  }

  private canTake(places: AgentOnBoard, waiting: WaitingTask, now: number): boolean {
    const { channel, isTransfer } = waiting.task;
    return places.rejection(channel, isTransfer) === null && !hasDeclined(waiting, places.id, now);
  }

  private waitingPoints({ plan }: WaitingTask, now: number): number {
    return (this.policy.weights.waitingMinute * (now - plan.orderedAt)) / MINUTE_MS;
  }

  private decide(
    waiting: WaitingTask,
    places: AgentOnBoard | null,
    { cause, now, isRecorded = true }: { cause: Cause; now: number; isRecorded?: boolean },
  ): Decision {
    const { task } = waiting;
    const acts = this.actsDue(waiting);
    const record = this.keepsRecords && isRecorded ? recordDecision(this.deciding(now), waiting, places, acts) : null;
    if (places) {
      const { estimate } = waiting;
      if (estimate) this.handlingTimes.compare(estimate.waitMs, now - estimate.at);
      this.leave(waiting);
      this.begin({ task: waiting.task, agentId: places.id, since: now });
    }
    return { taskId: task.id, agentId: places?.id ?? null, cause, at: now, acts, record };
  }

  /** What the steps that a task has reached since its last decision ask of others. */
  private actsDue(waiting: WaitingTask): StepAct[] {
    const { task, plan } = waiting;
    const due = plan.acts.filter(({ stepIndex }) => stepIndex > task.actedThrough).map(({ act }) => act);
    if (plan.stepIndex > task.actedThrough) waiting.task = { ...task, actedThrough: plan.stepIndex };
    return due;
  }

  private begin(work: Work): void {
    const places = this.agents.all.get(work.agentId);
    if (!places) throw new Error(`The agent ${work.agentId} is not on the board.`);
    this.work.set(work.task.id, work);
    places.take(work);
    places.lastWorkAt = Math.max(places.lastWorkAt, work.since);
  }

  private giveBack({ task, agentId }: Work, now: number): AgentOnBoard {
    const places = this.agents.all.get(agentId)!;
    this.work.delete(task.id);
    places.giveBack(task.id);
    places.lastWorkAt = Math.max(places.lastWorkAt, now);
    return places;
  }

  private giveBackTo(task: RoutingTask, work: Work, now: number): Decision[] {
    const places = this.giveBack(work, now);
    this.renew(places);
    const decisions = this.assign([this.enqueue(task, now)], 'returned', now);
    return [...decisions, ...this.pull(places, 'seat', now)];
  }

  private deciding(now: number) {
    return { policy: this.policy, policyVersion: this.policyVersion, agents: this.agents, now };
  }
}

/** Whether anything followed: somebody got it, or somebody has to act. */
const isNews = ({ agentId, acts }: Decision) => agentId !== null || acts.length > 0;

/** Whether a waiting task is told as it is known. */
const isSameTask = (a: RoutingTask, b: RoutingTask) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Whether nothing changed that says what an agent is fit for. */
const isSameAbility = (a: RoutingAgent, b: RoutingAgent) =>
  a.teamIds.length === b.teamIds.length &&
  a.teamIds.every((id) => b.teamIds.includes(id)) &&
  Object.keys(a.skills).length === Object.keys(b.skills).length &&
  Object.entries(a.skills).every(([skill, level]) => Object.hasOwn(b.skills, skill) && b.skills[skill] === level);
