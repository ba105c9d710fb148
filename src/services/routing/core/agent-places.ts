import type { AgentId } from '../../../values/ids.ts';
import type { Channel } from '../../../values/vocabulary.ts';
import type { Rejection } from './decision-record.ts';
import type { RoutingPolicy } from './routing-policy.ts';
import type { RoutingAgent, Work } from './routing-state.ts';

/** What an agent does at the moment, and what it could do beside it. */
export class AgentPlaces {
  agent: RoutingAgent;
  lastWorkAt: number;
  readonly work = new Map<string, Work>();
  /** Places taken by what does not lie down for anything. */
  private live = 0;
  /** Places taken by what does. */
  private yielding = 0;
  private readonly capacity: RoutingPolicy['capacity'];

  constructor(agent: RoutingAgent, capacity: RoutingPolicy['capacity']) {
    this.agent = agent;
    this.lastWorkAt = agent.lastWorkAt;
    this.capacity = capacity;
    this.count();
  }

  get id(): AgentId {
    return this.agent.id;
  }

  get load(): number {
    return this.live + this.yielding;
  }

  /** Share of the places that are free, from 0 to 1. */
  get freeShare(): number {
    const { capacity } = this.agent;
    return capacity > 0 ? Math.max(0, capacity - this.load) / capacity : 0;
  }

  take(work: Work): void {
    this.work.set(work.task.id, work);
    this.count();
  }

  giveBack(taskId: string): void {
    this.work.delete(taskId);
    this.count();
  }

  /** The agent as it is told from now on: of another capacity, an `all` is as much as that. */
  become(agent: RoutingAgent): void {
    this.agent = agent;
    this.lastWorkAt = Math.max(this.lastWorkAt, agent.lastWorkAt);
    this.count();
  }

  /** Why it can take nothing more of a channel; null: it can. */
  rejection(channel: Channel, isTransfer: boolean): Rejection | null {
    const { presence, capacity, channelsOff } = this.agent;
    if (presence !== 'online' && !(presence === 'transfers_only' && isTransfer)) return presence;
    if (channelsOff.includes(channel)) return 'channel_off';
    const { places, yields } = this.placesOf(channel);
    return capacity > 0 && (yields ? this.load : this.live) + places <= capacity ? null : 'full';
  }

  /** How many places advice on somebody else's conversation would take of it. Null: it is not at work, or has not as many. */
  roomForAdvice(): number | null {
    const { presence, capacity } = this.agent;
    const places = placesAmong(this.capacity.consultation, capacity);
    const isThere = presence === 'online' || presence === 'transfers_only';
    return isThere && capacity > 0 && this.live + places <= capacity ? places : null;
  }

  /** No task takes more than every place, so that somebody with few can do each. */
  private placesOf(channel: Channel): { places: number; yields: boolean } {
    const { weight, channels } = this.capacity;
    const own = Object.hasOwn(channels, channel) ? channels[channel]! : { weight, yields: false };
    const { capacity } = this.agent;
    return { places: placesAmong(own.weight, capacity), yields: own.yields };
  }

  private count(): void {
    this.live = this.agent.placesTaken;
    this.yielding = 0;
    for (const { task } of this.work.values()) {
      const { places, yields } = this.placesOf(task.channel);
      if (yields) this.yielding += places;
      else this.live += places;
    }
  }
}

const placesAmong = (weight: number | 'all', capacity: number) =>
  weight === 'all' ? capacity : Math.min(weight, capacity);
