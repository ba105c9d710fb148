import type { Assignment, Dispatcher } from '../../src/services/routing/simulation/simulate.ts';
import type { RoutingAgent, RoutingTask } from '../../src/services/routing/core/routing-state.ts';

interface Seat {
  agent: RoutingAgent;
  work: Map<string, RoutingTask>;
  /** What the next is chosen by: since when idle, or when it last got something. */
  since: number;
}

/** How many places a task takes; the same as the default policy says. */
const placesOf = (agent: RoutingAgent, channel: string) => (channel === 'voice' ? agent.capacity : 1);
const YIELDING = new Set(['email']);

/**
 * What call centres had before skills: one queue for each language, first come, first served, by whoever has been idle the longest, or
 * whoever's turn it is. Written from scratch and without a look at the core, with a scan of everybody for each decision.
 */
export class AutomaticCallDistributor implements Dispatcher {
  private readonly seats = new Map<string, Seat>();
  private readonly waiting: RoutingTask[] = [];
  private readonly working = new Map<string, Seat>();
  private readonly rule: 'longest idle' | 'round robin';

  constructor(rule: 'longest idle' | 'round robin') {
    this.rule = rule;
  }

  setAgent(agent: RoutingAgent, now: number): Assignment[] {
    const seat = this.seats.get(agent.id) ?? { agent, work: new Map<string, RoutingTask>(), since: agent.lastWorkAt };
    seat.agent = agent;
    this.seats.set(agent.id, seat);
    return this.pull(seat, now);
  }

  addTask(task: RoutingTask, now: number): Assignment[] {
    const able = [...this.seats.values()].filter((seat) => this.canTake(seat, task));
    const [next] = able.sort((a, b) => a.since - b.since || (a.agent.id < b.agent.id ? -1 : 1));
    if (next) return [this.give(next, task, now)];
    this.waiting.push(task);
    return [];
  }

  endWork(taskId: string, now: number): Assignment[] {
    const seat = this.working.get(taskId)!;
    this.working.delete(taskId);
    seat.work.delete(taskId);
    if (this.rule === 'longest idle') seat.since = now;
    return this.pull(seat, now);
  }

  advance(): Assignment[] {
    return [];
  }

  nextDueAt(): null {
    return null;
  }

  private pull(seat: Seat, now: number): Assignment[] {
    const got: Assignment[] = [];
    for (;;) {
      const place = this.waiting.findIndex((task) => this.canTake(seat, task));
      if (place < 0) return got;
      got.push(this.give(seat, this.waiting.splice(place, 1)[0]!, now));
    }
  }

  private give(seat: Seat, task: RoutingTask, now: number): Assignment {
    seat.work.set(task.id, task);
    seat.since = now;
    this.working.set(task.id, seat);
    return { taskId: task.id, agentId: seat.agent.id };
  }

  private canTake({ agent, work }: Seat, task: RoutingTask): boolean {
    const language = `language:${String(task.signals['language']?.value)}`;
    if (agent.presence !== 'online' || agent.channelsOff.includes(task.channel) || !(language in agent.skills))
      return false;
    if (task.declines.some(({ agentId }) => agentId === agent.id)) return false;
    const doesYield = YIELDING.has(task.channel);
    let load = 0;
    for (const { channel } of work.values()) if (doesYield || !YIELDING.has(channel)) load += placesOf(agent, channel);
    return load + placesOf(agent, task.channel) <= agent.capacity;
  }
}
