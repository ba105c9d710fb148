import type { AgentId } from '../../../values/ids.ts';
import type { RoutingAgent, RoutingTask } from '../core/routing-state.ts';
import { SortedList } from '../core/sorted-list.ts';

/** Somebody who will write or call, and how it will go: the same whoever routes. */
export interface Contact {
  /** Begins to wait at its `waitingSince`. */
  readonly task: RoutingTask;
  /** What an agent of this kind makes of it, the how manieth who has it, from 0. */
  outcome(agent: RoutingAgent, attempt: number): { readonly tookMs: number; readonly isPassedOn: boolean };
}

/** A day as it happens, whoever routes. */
export interface SimulatedDay {
  readonly startsAt: number;
  readonly agents: readonly RoutingAgent[];
  /** In the order in which they come. */
  readonly contacts: Iterable<Contact>;
  /** What agents become, and when: they come, go, and take breaks. In order. */
  readonly changes: readonly { readonly at: number; readonly agent: RoutingAgent }[];
}

/** Whoever routes: the board, or something to compare it with. It is told what happens and says who gets what. */
export interface Dispatcher {
  setAgent(agent: RoutingAgent, now: number): readonly Assignment[];
  addTask(task: RoutingTask, now: number): readonly Assignment[];
  endWork(taskId: string, now: number): readonly Assignment[];
  advance(now: number): readonly Assignment[];
  nextDueAt(): number | null;
  feedback?(now: number): readonly { readonly taskId: string; readonly waitMs: number | null }[];
}

export interface Assignment {
  readonly taskId: string;
  readonly agentId: AgentId | null;
}

/** What happened, told as it happens: a day may have millions of answers. */
export interface Observer {
  /** An agent begins with a contact, the first or one to whom it was passed on. */
  answered?(contact: Contact, agent: RoutingAgent, waitMs: number, attempt: number): void;
  ended?(contact: Contact, agent: RoutingAgent, tookMs: number, isPassedOn: boolean): void;
  /** How long was estimated for somebody who waited, and how long it took from then on. */
  estimated?(contact: Contact, toldMs: number, waitedMs: number): void;
}

interface Running {
  readonly contact: Contact;
  readonly attempt: number;
  readonly task: RoutingTask;
}

interface Ending {
  readonly at: number;
  readonly taskId: string;
  readonly agentId: AgentId;
  readonly tookMs: number;
  readonly isPassedOn: boolean;
}

const byTime = (a: Ending, b: Ending) => a.at - b.at || (a.taskId < b.taskId ? -1 : a.taskId === b.taskId ? 0 : 1);

/**
 * Lets a day happen, event by event, with somebody routing. Whoever comes is answered, worked on for as long as the contact says, and
 * perhaps passed on, which counts as waiting anew. Nothing is drawn here: the day says everything, so that several can route the same day.
 * With `feedbackEveryMs` estimates are asked for at this pace. Answers how many were still waiting when nothing more happened.
 */
export function simulate(
  day: SimulatedDay,
  dispatcher: Dispatcher,
  observer: Observer,
  { feedbackEveryMs = Infinity }: { readonly feedbackEveryMs?: number } = {},
): { readonly unanswered: number } {
  const simulation = new Simulation(day, dispatcher, observer, feedbackEveryMs);
  while (simulation.step());
  return { unanswered: simulation.unanswered };
}

class Simulation {
  private readonly day: SimulatedDay;
  private readonly dispatcher: Dispatcher;
  private readonly observer: Observer;
  private readonly feedbackEveryMs: number;
  private readonly agents = new Map<AgentId, RoutingAgent>();
  private readonly waiting = new Map<string, Running & { told: { at: number; waitMs: number } | null }>();
  private readonly working = new Map<string, Running>();
  private readonly endings = new SortedList<Ending>(byTime);
  private readonly contacts: Iterator<Contact>;
  private next: IteratorResult<Contact> = { done: true, value: undefined };
  private hasBegun = false;
  private change = 0;
  private feedbackAt: number;

  constructor(day: SimulatedDay, dispatcher: Dispatcher, observer: Observer, feedbackEveryMs: number) {
    this.day = day;
    this.dispatcher = dispatcher;
    this.observer = observer;
    this.feedbackEveryMs = feedbackEveryMs;
    this.contacts = day.contacts[Symbol.iterator]();
    this.feedbackAt = day.startsAt + feedbackEveryMs;
  }

  get unanswered(): number {
    return this.waiting.size;
  }

  /** Lets the next thing happen. False: nothing does any more. */
  step(): boolean {
    const { day, dispatcher } = this;
    if (!this.hasBegun) this.begin();
    const arrivesAt = this.next.done ? Infinity : this.next.value.task.waitingSince;
    const changesAt = day.changes[this.change]?.at ?? Infinity;
    const endsAt = this.endings.items[0]?.at ?? Infinity;
    const dueAt = dispatcher.nextDueAt() ?? Infinity;
    const now = Math.min(arrivesAt, changesAt, endsAt, dueAt);
    if (now === Infinity) return false;
    if (this.feedbackAt <= now) {
      this.tell(this.feedbackAt);
      // With nobody waiting there is nothing to tell.
      this.feedbackAt = Math.max(this.feedbackAt + this.feedbackEveryMs, this.waiting.size === 0 ? now : 0);
    } else if (now === endsAt) this.end(this.endings.items.shift()!);
    else if (now === changesAt) this.become(day.changes[this.change++]!.agent, now);
    else if (now === dueAt) this.assign(dispatcher.advance(now), now);
    else if (!this.next.done) {
      const contact = this.next.value;
      this.arrive({ contact, attempt: 0, task: contact.task }, now);
      this.next = this.contacts.next();
    }
    return true;
  }

  private begin(): void {
    this.hasBegun = true;
    for (const agent of this.day.agents) this.become(agent, this.day.startsAt);
    this.next = this.contacts.next();
  }

  private become(agent: RoutingAgent, now: number): void {
    this.agents.set(agent.id, agent);
    this.assign(this.dispatcher.setAgent(agent, now), now);
  }

  private arrive(running: Running, now: number): void {
    this.waiting.set(running.task.id, { ...running, told: null });
    this.assign(this.dispatcher.addTask(running.task, now), now);
  }

  private assign(assignments: readonly Assignment[], now: number): void {
    for (const { taskId, agentId } of assignments) {
      if (agentId === null) continue;
      const { told, ...running } = this.waiting.get(taskId)!;
      const { contact, attempt, task } = running;
      const agent = this.agents.get(agentId)!;
      this.waiting.delete(taskId);
      this.working.set(taskId, running);
      this.observer.answered?.(contact, agent, now - task.waitingSince, attempt);
      if (told) this.observer.estimated?.(contact, told.waitMs, now - told.at);
      const { tookMs, isPassedOn } = contact.outcome(agent, attempt);
      this.endings.add({ at: now + tookMs, taskId, agentId, tookMs, isPassedOn });
    }
  }

  private end({ at, taskId, agentId, tookMs, isPassedOn }: Ending): void {
    const { contact, attempt, task } = this.working.get(taskId)!;
    this.working.delete(taskId);
    this.observer.ended?.(contact, this.agents.get(agentId)!, tookMs, isPassedOn);
    this.assign(this.dispatcher.endWork(taskId, at), at);
    if (!isPassedOn) return;
    const passedOn: RoutingTask = {
      ...task,
      id: `${contact.task.id}~${attempt + 1}`,
      waitingSince: at,
      isTransfer: true,
      pin: null,
      declines: [...task.declines, { agentId, until: Infinity }],
      actedThrough: -1,
    };
    this.arrive({ contact, attempt: attempt + 1, task: passedOn }, at);
  }

  private tell(now: number): void {
    for (const { taskId, waitMs } of this.dispatcher.feedback?.(now) ?? []) {
      const one = this.waiting.get(taskId);
      if (one && waitMs !== null) one.told ??= { at: now, waitMs };
    }
  }
}
