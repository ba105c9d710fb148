import type { BusinessHours } from '../../../values/business-hours.ts';
import type { Channel, Receiver } from '../../../values/vocabulary.ts';

/** Holds when everything that is said of the signal is true. A signal that is not known fulfils only `isKnown: false`. */
export interface Condition {
  readonly signal: string;
  /** One of these; of a list, one of its words is. */
  readonly is?: readonly (string | number | boolean)[];
  readonly isNot?: readonly (string | number | boolean)[];
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly isKnown?: boolean;
}

/** Derives skills that a task asks for. */
export interface RequirementRule {
  /** `class:name`; `{value}` stands for the value of the signal, of a list for each. */
  readonly skill: string;
  /** Where the value comes from. Null: the skill is asked for whenever `when` holds. */
  readonly signal: string | null;
  /** The lowest level that will do. */
  readonly level: number;
  /** A signal with a number from 1 to 5 that says the level instead. */
  readonly levelFrom: string | null;
  /** Share in the fit, beside the other weights. */
  readonly weight: number;
  /** False: it is a wish, which raises the score of who has it. */
  readonly isRequired: boolean;
  readonly when: readonly Condition[];
}

export interface PriorityRule {
  readonly when: readonly Condition[];
  readonly minutes: number;
}

/** What changes for a task that has waited so long. What earlier steps changed stays. */
export interface Step {
  readonly name: string;
  /** Since the task began to wait. The step before expires here. */
  readonly afterSeconds: number;
  /** While this step lasts, only the agent who served the person last, as long as that agent is online. */
  readonly pinTo: 'last_agent' | null;
  /** Skills, or whole classes of them, of which a lower level will do. */
  readonly lower: readonly { readonly skill: string; readonly by: number }[];
  /** Skills, or whole classes of them, that are only a wish from here on. */
  readonly drop: readonly string[];
  readonly addTeams: readonly string[];
  /** No team is asked for any more. */
  readonly anyTeam: boolean;
  readonly raisePriorityMinutes: number;
  /** Queues whose agents may take it as well. */
  readonly overflowTo: readonly string[];
  /** The next level of the queue's line of escalation may take it as well. */
  readonly escalate: boolean;
  /** The customer is offered to be called back. */
  readonly offerCallback: boolean;
}

/** A level of a line of escalation. */
export interface EscalationLevel {
  readonly name: string;
  readonly teams: readonly string[];
  readonly skills: readonly { readonly skill: string; readonly level: number }[];
}

export interface Queue {
  readonly name: string;
  /** All must hold. None: takes everything that no queue before it took. */
  readonly when: readonly Condition[];
  /** Who serves it. Empty: everybody. */
  readonly teams: readonly string[];
  readonly requirements: readonly RequirementRule[];
  readonly priorityMinutes: number;
  readonly steps: readonly Step[];
  readonly escalation: readonly EscalationLevel[];
  /** The version that it is from, where that is not the policy's: see policies/trial.ts. */
  readonly policyVersion?: number;
}

/** How many places a task takes. */
export interface ChannelWeight {
  /** `all`: every place of the agent. */
  readonly weight: number | 'all';
  /** Work that lies down when something live comes in: places that it takes are free for channels that do not yield. */
  readonly yields: boolean;
}

export interface ScoreWeights {
  /** Points for the best skill fit. */
  readonly skillFit: number;
  /** Points for an agent whose places are all free. */
  readonly freePlaces: number;
  /** Points for somebody who has served the person before. */
  readonly continuity: number;
  /** Points for each minute since the agent last had or finished work. */
  readonly idleMinute: number;
  /** Points for each minute that the task has waited, priority minutes added. */
  readonly waitingMinute: number;
}

/** How work comes to an agent and leaves again. */
export interface OfferTerms {
  /** How long an agent may think about what is offered. 0: nobody is asked, the agent has it at once. */
  readonly acceptSeconds: number;
  /** How long an agent's places stay taken when the work is done. */
  readonly wrapUpSeconds: number;
}

/** How soon customers are to be served. Null: no target. */
export interface ServiceLevel {
  readonly name: string;
  readonly when: readonly Condition[];
  /** The name of its hours. Null: every hour counts. */
  readonly calendar: string | null;
  readonly hours: BusinessHours | null;
  readonly firstResponseSeconds: number | null;
  readonly nextResponseSeconds: number | null;
  readonly resolutionSeconds: number | null;
  /** How long before. Null: a fifth of the target. */
  readonly warnBeforeSeconds: number | null;
}

/** Who comes first to a customer whom nobody serves. */
export interface ReceptionRule {
  readonly name: string;
  readonly by: Receiver;
  readonly when: readonly Condition[];
  /** Only while these are open. Null: at any time. */
  readonly during: BusinessHours | null;
  /** Only while these are closed. */
  readonly outside: BusinessHours | null;
}

/** A policy as the core reads it, with nothing left out. See read-policy.ts for what may be left out in a document. */
export interface RoutingPolicy {
  readonly name: string;
  readonly capacity: {
    /** Of channels that are not named. */
    readonly weight: number;
    /** Of a colleague who advises on somebody else's conversation. Whole places: they are not on the board by task. */
    readonly consultation: number | 'all';
    readonly channels: Readonly<Record<Channel, ChannelWeight>>;
  };
  readonly weights: ScoreWeights;
  /** A skill that no agent has at all: asked for all the same, so that the task waits, or only a wish. */
  readonly skillsNobodyHas: 'ignore' | 'require';
  /** How long an agent who did not take a task is not asked again. */
  readonly declineSeconds: number;
  readonly offers: OfferTerms & {
    /** For the channels that are named. */
    readonly channels: Readonly<Record<Channel, OfferTerms>>;
  };
  readonly priorities: readonly PriorityRule[];
  /** In order: the first whose conditions hold counts. */
  readonly reception: readonly ReceptionRule[];
  /** In order: the first whose conditions hold takes the task. */
  readonly queues: readonly Queue[];
  /** In order: the first whose conditions hold counts. */
  readonly serviceLevels: readonly ServiceLevel[];
}

/** What a step did for a task beside changing who may take it: somebody else has to act on it. */
export type StepAct =
  | { readonly kind: 'offer_callback' }
  | { readonly kind: 'escalate'; readonly level: string }
  | { readonly kind: 'overflow'; readonly queue: string };

/** On which terms a task of a channel is offered. */
export const offerTerms = ({ offers }: RoutingPolicy, channel: Channel): OfferTerms =>
  Object.hasOwn(offers.channels, channel) ? offers.channels[channel]! : offers;
