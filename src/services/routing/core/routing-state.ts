import type { AgentId, TeamId } from '../../../values/ids.ts';
import type { Channel, Presence } from '../../../values/vocabulary.ts';

/** What a signal says: a word, a number, yes or no, or several words. */
export type SignalValue = string | number | boolean | readonly string[];

/** Something known of an interaction when it was routed. */
export interface Signal {
  readonly value: SignalValue;
  /** Who said so: a channel, an enricher, an agent. */
  readonly source: string;
  /** When it was said, in milliseconds. */
  readonly at: number;
}

/** An agent as routing sees it. All moments of the core are milliseconds since 1970. */
export interface RoutingAgent {
  readonly id: AgentId;
  readonly name: string;
  readonly presence: Presence;
  /** Channels that the agent has switched off, whatever its presence is. */
  readonly channelsOff: readonly Channel[];
  /** Places in all; how many of them a task takes is said by the policy. */
  readonly capacity: number;
  /** By work that is not told of one by one; it goes on beside whatever is decided here. */
  readonly placesTaken: number;
  /** `class:name` to level, 1 (knows of it) to 5 (expert). */
  readonly skills: Readonly<Record<string, number>>;
  readonly teamIds: readonly TeamId[];
  /** When work was last given to the agent or ended: who has been idle longest is first among equals. */
  readonly lastWorkAt: number;
}

/** An interaction that waits for an agent, or has one. */
export interface RoutingTask {
  readonly id: string;
  readonly channel: Channel;
  readonly signals: Readonly<Record<string, Signal>>;
  /** Since when it waits: the policy's steps count from here, also after an offer that was rejected. */
  readonly waitingSince: number;
  /** On top of what the policy gives it. Negative: it may wait longer. */
  readonly priorityMinutes: number;
  /** The team that holds it, to which it stays until a step says otherwise. Null: any. */
  readonly teamId: TeamId | null;
  /** Handed over by a colleague: goes also to agents who take transfers only. */
  readonly isTransfer: boolean;
  /** Skills that whoever handed it over asked for, besides what the policy makes of its signals. */
  readonly requires?: readonly { readonly skill: string; readonly level: number }[];
  /** Only to this agent until then, whatever the agent's skills are. */
  readonly pin: { readonly agentId: AgentId; readonly until: number } | null;
  /** Who has served this person before, the latest first. */
  readonly earlierAgentIds: readonly AgentId[];
  /** Who was offered it and did not take it: not asked again until then. */
  readonly declines: readonly { readonly agentId: AgentId; readonly until: number }[];
  /** The last step whose acts were asked for, from 0; -1: none. So that a callback is offered once. */
  readonly actedThrough: number;
}

/** A task that takes places of an agent: offered, accepted, or being wrapped up. */
export interface Work {
  readonly task: RoutingTask;
  readonly agentId: AgentId;
  readonly since: number;
}

/** Everything that a decision depends on beside the policy and the clock. */
export interface RoutingState {
  readonly agents: readonly RoutingAgent[];
  /** Those that wait. */
  readonly tasks: readonly RoutingTask[];
  readonly work: readonly Work[];
}
