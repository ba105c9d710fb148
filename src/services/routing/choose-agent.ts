import type { AgentId } from '../../values/ids.ts';
import type { Presence } from '../../values/vocabulary.ts';

/** A skill that a conversation asks for. */
export interface Requirement {
  /** `class:name`, for example `language:fi`. */
  readonly skill: string;
  readonly weight: number;
  /** Without it an agent is not fit; otherwise it only raises the score. */
  readonly isRequired: boolean;
  /** What it was derived from. */
  readonly source: 'language' | 'channel' | 'topic';
}

/** An agent at the moment of deciding. */
export interface AgentState {
  readonly agentId: AgentId;
  readonly name: string;
  readonly presence: Presence;
  readonly capacity: number;
  /** Places taken, this very conversation not counted. */
  readonly load: number;
  /** Skill to level, 1 to 5. */
  readonly skills: Readonly<Record<string, number>>;
  /** Has served this person before. */
  readonly isEarlier: boolean;
}

export type Rejection = 'offline' | 'away' | 'transfers_only' | 'missing_skill' | 'full';

export interface Candidate {
  readonly agentId: AgentId;
  readonly name: string;
  /** 0 to 100, one decimal. */
  readonly score: number;
  readonly matched: readonly string[];
  readonly missing: readonly string[];
  readonly load: number;
  readonly capacity: number;
  /** Null: could have been chosen. */
  readonly rejectedBecause: Rejection | null;
}

export interface Choice {
  readonly chosenId: AgentId | null;
  /** The best 20, those who could be chosen first, then by score. */
  readonly candidates: readonly Candidate[];
  /** Everybody else, counted by the reason: a rejection, or `lower_score`. */
  readonly othersByReason: Readonly<Record<string, number>>;
  readonly explanation: string;
}

export const KEPT_CANDIDATES = 20;
const HIGHEST_LEVEL = 5;
const SHARES = { skills: 60, free: 25, continuity: 15 };

/**
 * Chooses the agent for a conversation. Fit is who is online, has a free place and every required skill. Of those the highest
 *
 *   score = 60 · Σ(weight · level/5) / Σ weight   (how well the skills fit; 1 when nothing is asked for)
 *         + 25 · (capacity − load) / capacity     (free share of the places)
 *         + 15 · (1 when the agent has served this person before)
 *
 * wins; of equals the one with fewer conversations, then the smaller id. Pure: the same state gives the same choice.
 */
export function chooseAgent(requirements: readonly Requirement[], agents: readonly AgentState[]): Choice {
  const ranked = agents.map((agent) => assess(requirements, agent)).sort(better);
  const [best] = ranked;
  const chosen = best && best.rejectedBecause === null ? best : null;
  const othersByReason: Record<string, number> = {};
  for (const { rejectedBecause } of ranked.slice(KEPT_CANDIDATES)) {
    const reason = rejectedBecause ?? 'lower_score';
    othersByReason[reason] = (othersByReason[reason] ?? 0) + 1;
  }
  return {
    chosenId: chosen?.agentId ?? null,
    candidates: ranked.slice(0, KEPT_CANDIDATES),
    othersByReason,
    explanation: explain(requirements, ranked, chosen),
  };
}

function assess(requirements: readonly Requirement[], agent: AgentState): Candidate {
  const matched = requirements.filter(({ skill }) => Object.hasOwn(agent.skills, skill));
  const missing = requirements.filter(({ skill }) => !Object.hasOwn(agent.skills, skill));
  const asked = requirements.reduce((sum, { weight }) => sum + weight, 0);
  const offered = matched.reduce((sum, { skill, weight }) => sum + (weight * agent.skills[skill]!) / HIGHEST_LEVEL, 0);
  const free = agent.capacity > 0 ? Math.max(0, agent.capacity - agent.load) / agent.capacity : 0;
  const score =
    SHARES.skills * (asked === 0 ? 1 : offered / asked) +
    SHARES.free * free +
    (agent.isEarlier ? SHARES.continuity : 0);
  return {
    agentId: agent.agentId,
    name: agent.name,
    score: Math.round(score * 10) / 10,
    matched: matched.map(({ skill }) => skill),
    missing: missing.map(({ skill }) => skill),
    load: agent.load,
    capacity: agent.capacity,
    rejectedBecause: rejection(agent, missing),
  };
}

function rejection(agent: AgentState, missing: readonly Requirement[]): Rejection | null {
  if (agent.presence !== 'online') return agent.presence;
  if (missing.some(({ isRequired }) => isRequired)) return 'missing_skill';
  return agent.load >= agent.capacity ? 'full' : null;
}

const better = (a: Candidate, b: Candidate) =>
  Number(a.rejectedBecause !== null) - Number(b.rejectedBecause !== null) ||
  b.score - a.score ||
  a.load - b.load ||
  (a.agentId < b.agentId ? -1 : 1);

function explain(requirements: readonly Requirement[], ranked: readonly Candidate[], chosen: Candidate | null): string {
  const asked =
    requirements.length === 0
      ? 'nothing in particular'
      : requirements.map(({ skill, isRequired }) => (isRequired ? `${skill} (required)` : skill)).join(', ');
  const fit = ranked.filter(({ rejectedBecause }) => rejectedBecause === null).length;
  const rejected = Map.groupBy(
    ranked.flatMap(({ rejectedBecause }) => rejectedBecause ?? []),
    (reason) => reason,
  );
  const reasons = [...rejected]
    .map(([reason, of]) => `${of.length} ${reason.replace('_', ' ')}`)
    .sort()
    .join(', ');
  const others = reasons === '' ? '' : ` Rejected: ${reasons}.`;
  if (!chosen) return `Nobody of ${ranked.length} agents is fit, online and free. Asked for: ${asked}.${others}`;
  const skills = chosen.matched.length > 0 ? `offers ${chosen.matched.join(', ')}` : 'offers none of the skills';
  return (
    `${chosen.name} has the best score (${chosen.score} of 100) of ${fit} fit agents: ${skills}; ` +
    `${chosen.load} of ${chosen.capacity} places taken. Asked for: ${asked}.${others}`
  );
}
