import type { AgentId } from '../../../values/ids.ts';
import type { StepAct } from './routing-policy.ts';
import type { SignalValue } from './routing-state.ts';

/** Why an agent could not be chosen. */
export const REJECTIONS = [
  'other_team',
  'missing_skill',
  'not_pinned',
  'offline',
  'away',
  'transfers_only',
  'channel_off',
  'full',
  'declined',
] as const;
export type Rejection = (typeof REJECTIONS)[number];
/** Why an agent is not among the candidates that are kept: a rejection, or fit, and others were better. */
export type Reason = Rejection | 'lower_score';

/** The parts that a score is the sum of. */
export interface ScoreParts {
  readonly skillFit: number;
  readonly freePlaces: number;
  readonly continuity: number;
  readonly idle: number;
}

/** An agent as it was when a task was decided on. */
export interface CandidateRecord {
  readonly agentId: AgentId;
  readonly name: string;
  /** Sum of the parts, one decimal. */
  readonly score: number;
  readonly parts: ScoreParts;
  /** Skills asked for that the agent has at the level asked for. */
  readonly matched: readonly string[];
  /** Skills asked for that the agent lacks, or has at a lower level. */
  readonly missing: readonly string[];
  /** Of the skills asked for, the levels that the agent has. */
  readonly levels: Readonly<Record<string, number>>;
  /** Places taken before, and in all. */
  readonly load: number;
  readonly capacity: number;
  /** Null: could have been chosen. */
  readonly rejectedBecause: Rejection | null;
}

/** Who was chosen for a task and why, complete in itself: it can be read when agents, policy and task are others. */
export interface DecisionRecord {
  readonly taskId: string;
  readonly at: number;
  readonly policyName: string;
  readonly policyVersion: number;
  readonly queue: string;
  readonly step: string;
  /** From 0. */
  readonly stepIndex: number;
  readonly waitedSeconds: number;
  readonly priorityMinutes: number;
  /** What the policy looked at, as it was then. */
  readonly signals: readonly {
    readonly name: string;
    readonly value: SignalValue;
    readonly source: string;
    readonly at: number;
  }[];
  readonly requirements: readonly {
    readonly skill: string;
    readonly level: number;
    readonly weight: number;
    readonly isRequired: boolean;
    readonly isDropped: boolean;
    readonly signal: string | null;
  }[];
  /** Null: everybody who is fit. */
  readonly pinnedTo: readonly string[] | null;
  /** What steps asked of others with this decision. */
  readonly acts: readonly StepAct[];
  /** Null: nobody; it waits. */
  readonly chosenId: AgentId | null;
  /** The best 20: who could be chosen by score, then the others by skill fit. */
  readonly candidates: readonly CandidateRecord[];
  /** Everybody else, counted. */
  readonly othersByReason: Readonly<Partial<Record<Reason, number>>>;
}

/** How many candidates a record keeps. */
export const KEPT_CANDIDATES = 20;
