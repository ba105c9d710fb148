import type { Channel } from '../../../values/vocabulary.ts';
import { fulfils } from './fulfils.ts';
import type { Condition, Queue, RequirementRule, RoutingPolicy, Step, StepAct } from './routing-policy.ts';
import type { RoutingTask, Signal, SignalValue } from './routing-state.ts';

/** A skill that a task asks for. */
export interface Wish {
  readonly skill: string;
  /** The lowest level that will do now. */
  readonly level: number;
  readonly weight: number;
  /** Without it an agent is not fit. */
  readonly isRequired: boolean;
  /** True: it was required, until a step or the policy made it a wish. */
  readonly isDropped: boolean;
  /** What it was derived from. Null: a rule of the policy alone. */
  readonly signal: string | null;
}

/** One way to be fit: every skill at its level, and one of the teams. */
export interface Alternative {
  readonly required: readonly { readonly skill: string; readonly level: number }[];
  /** Null: any. */
  readonly teams: readonly string[] | null;
}

/** What a task asks of an agent. Tasks with equal demands have the same `key`, and are fit for the same agents. */
export interface Demand {
  readonly key: string;
  /** Equal for demands that the same agents are fit for, whatever else they wish. */
  readonly fitKey: string;
  readonly channel: Channel;
  readonly isTransfer: boolean;
  readonly wishes: readonly Wish[];
  readonly alternatives: readonly Alternative[];
}

/** What the policy says of a task after it has waited so long. */
export interface Plan {
  readonly queue: Queue;
  readonly step: Step;
  readonly stepIndex: number;
  /** When the step expires. Null: it is the last. */
  readonly expiresAt: number | null;
  readonly demand: Demand;
  /** Only these agents. Null: whoever meets the demand. */
  readonly pinnedTo: readonly string[] | null;
  /** Of the policy and of the task together. */
  readonly priorityMinutes: number;
  /** As of when it would have waited without any priority: who has the smallest is first. */
  readonly orderedAt: number;
  /** What the steps until now asked of others, with the step. */
  readonly acts: readonly { readonly stepIndex: number; readonly act: StepAct }[];
  /** Signals that the policy looked at and that are known. */
  readonly signalsUsed: readonly string[];
}

/** What the core knows of the installation beside the policy. */
export interface PlanSurroundings {
  /** Whether any agent at all has this skill. */
  readonly isKnownSkill: (skill: string) => boolean;
  /** Whether this agent is there to be waited for. */
  readonly isPresent: (agentId: string) => boolean;
}

const MINUTE_MS = 60_000;
const HIGHEST_LEVEL = 5;

/** What a policy says of a task at a moment: its queue, its step, what it asks for. The same at every call: a step is a matter of age. */
export function planTask(policy: RoutingPolicy, task: RoutingTask, now: number, surroundings: PlanSurroundings): Plan {
  const signals = new SignalReader(task);
  const queue = policy.queues.find(({ when }) => signals.fulfil(when)) ?? policy.queues.at(-1)!;
  // By the same sum as when it expires: no rounding may fall between the two.
  const beginsAt = ({ afterSeconds }: Step) => task.waitingSince + afterSeconds * 1_000;
  const stepIndex = Math.max(
    0,
    queue.steps.findLastIndex((one) => beginsAt(one) <= now),
  );
  const step = queue.steps[stepIndex]!;
  const passed = queue.steps.slice(0, stepIndex + 1);
  const next = queue.steps[stepIndex + 1];

  const isKnown = (skill: string) => policy.skillsNobodyHas === 'require' || surroundings.isKnownSkill(skill);
  const wishes = relax(withRequired(requirementsOf(queue, signals, isKnown), task), passed);
  const priorityMinutes =
    task.priorityMinutes +
    queue.priorityMinutes +
    policy.priorities.reduce((sum, { when, minutes }) => sum + (signals.fulfil(when) ? minutes : 0), 0) +
    passed.reduce((sum, { raisePriorityMinutes }) => sum + raisePriorityMinutes, 0);
  const overflow = [...new Set(passed.flatMap(({ overflowTo }) => overflowTo))];
  const alternatives = [
    { required: requiredOf(wishes), teams: teamsOf(queue, task, passed) },
    ...overflow.map((name) => {
      const other = policy.queues.find((one) => one.name === name)!;
      return { required: requiredOf(requirementsOf(other, signals, isKnown)), teams: nullIfNone(other.teams) };
    }),
    ...queue.escalation.slice(0, passed.filter(({ escalate }) => escalate).length).map(({ teams, skills }) => ({
      required: [...requiredOf(wishes.filter(({ skill }) => skill.startsWith('language:'))), ...skills],
      teams: nullIfNone(teams),
    })),
  ];
  return {
    queue,
    step,
    stepIndex,
    expiresAt: next ? beginsAt(next) : null,
    demand: demandOf(task, wishes, alternatives),
    pinnedTo: pinOf(task, step, now, surroundings),
    priorityMinutes,
    orderedAt: task.waitingSince - priorityMinutes * MINUTE_MS,
    acts: actsOf(queue, passed),
    signalsUsed: signals.used(),
  };
}

/** Whether a task's plan depends on who of these agents is there. */
export const isPinnedByStep = (plan: Plan): boolean => plan.step.pinTo !== null;

function pinOf(task: RoutingTask, step: Step, now: number, { isPresent }: PlanSurroundings): readonly string[] | null {
  if (task.pin && now < task.pin.until) return [task.pin.agentId];
  // Who handed it over is the last who had it.
  if (task.isTransfer) return null;
  const [last] = task.earlierAgentIds;
  return step.pinTo === 'last_agent' && last !== undefined && isPresent(last) ? [last] : null;
}

function teamsOf(queue: Queue, task: RoutingTask, passed: readonly Step[]): readonly string[] | null {
  const own = task.teamId === null ? queue.teams : [task.teamId];
  if (own.length === 0 || passed.some(({ anyTeam }) => anyTeam)) return null;
  return [...new Set([...own, ...passed.flatMap(({ addTeams }) => addTeams)])].sort();
}

const nullIfNone = (teams: readonly string[]) => (teams.length === 0 ? null : [...teams].sort());

const requiredOf = (wishes: readonly Wish[]) =>
  wishes.filter(({ isRequired }) => isRequired).map(({ skill, level }) => ({ skill, level }));

/** What the rules of a queue ask for. Of several that ask for one skill the strictest and the heaviest hold. */
function requirementsOf(queue: Queue, signals: SignalReader, isKnown: (skill: string) => boolean): Wish[] {
  const bySkill = new Map<string, Wish>();
  for (const rule of queue.requirements) {
    if (!signals.fulfil(rule.when)) continue;
    const level = Math.max(rule.level, rule.levelFrom === null ? 1 : signals.level(rule.levelFrom));
    for (const skill of signals.skills(rule)) {
      const other = bySkill.get(skill);
      const isRequired = rule.isRequired && isKnown(skill);
      bySkill.set(skill, {
        skill,
        level: Math.max(level, other?.level ?? 1),
        weight: Math.max(rule.weight, other?.weight ?? 0),
        isRequired: isRequired || (other?.isRequired ?? false),
        isDropped: (rule.isRequired && !isRequired) || (other?.isDropped ?? false),
        signal: rule.signal ?? other?.signal ?? null,
      });
    }
  }
  return [...bySkill.values()];
}

/** As heavy as the heaviest of the default policy: who handed it over has spoken with the customer. */
const WEIGHT_OF_REQUIRED = 3;

/** Besides, what whoever handed the task over asked for. Steps relax it like everything else, so that nobody waits for ever. */
function withRequired(wishes: readonly Wish[], { requires = [] }: RoutingTask): Wish[] {
  const bySkill = new Map(wishes.map((wish) => [wish.skill, wish]));
  for (const { skill, level } of requires) {
    const other = bySkill.get(skill);
    bySkill.set(skill, {
      skill,
      level: Math.max(level, other?.level ?? 1),
      weight: Math.max(WEIGHT_OF_REQUIRED, other?.weight ?? 0),
      isRequired: true,
      isDropped: false,
      signal: 'transfer',
    });
  }
  return [...bySkill.values()];
}

function relax(wishes: readonly Wish[], passed: readonly Step[]): Wish[] {
  const dropped = passed.flatMap(({ drop }) => drop);
  const lowered = passed.flatMap(({ lower }) => lower);
  return wishes.map((wish) => {
    const by = lowered.reduce((sum, one) => sum + (names(one.skill, wish.skill) ? one.by : 0), 0);
    const isDropped = wish.isDropped || (wish.isRequired && dropped.some((one) => names(one, wish.skill)));
    return {
      ...wish,
      level: Math.max(1, wish.level - by),
      isDropped,
      isRequired: wish.isRequired && !isDropped,
    };
  });
}

/** `topic` names every skill of this class, `topic:returns` one. */
const names = (skillOrClass: string, skill: string) =>
  skillOrClass === skill || (!skillOrClass.includes(':') && skill.startsWith(`${skillOrClass}:`));

function actsOf(queue: Queue, passed: readonly Step[]): Plan['acts'] {
  let level = 0;
  return passed.flatMap((step, stepIndex) => {
    const acts: StepAct[] = step.overflowTo.map((name) => ({ kind: 'overflow', queue: name }));
    if (step.escalate) acts.push({ kind: 'escalate', level: queue.escalation[level++]!.name });
    if (step.offerCallback) acts.push({ kind: 'offer_callback' });
    return acts.map((act) => ({ stepIndex, act }));
  });
}

function demandOf(task: RoutingTask, wishes: readonly Wish[], alternatives: readonly Alternative[]): Demand {
  const { channel, isTransfer } = task;
  const ways = alternatives.map(({ required, teams }) => [required.map(({ skill, level }) => [skill, level]), teams]);
  const fitKey = JSON.stringify([channel, isTransfer, ways]);
  const asked = wishes.map(({ skill, level, weight, isRequired }) => [skill, level, weight, isRequired]);
  return { key: `${fitKey}${JSON.stringify(asked)}`, fitKey, channel, isTransfer, wishes, alternatives };
}

/** What is known of a task: its signals, its channel, and whether a colleague handed it over. */
export function signalsOf({
  signals,
  channel,
  isTransfer,
  waitingSince: at,
}: RoutingTask): Readonly<Record<string, Signal>> {
  return {
    channel: { value: channel, source: 'task', at },
    ...(isTransfer ? { is_transfer: { value: true, source: 'task', at } } : {}),
    ...signals,
  };
}

/** Reads a task's signals and notes which were looked at. */
class SignalReader {
  private readonly signals: Readonly<Record<string, Signal>>;
  private readonly looked = new Set<string>();

  constructor(task: RoutingTask) {
    this.signals = signalsOf(task);
  }

  used(): string[] {
    return [...this.looked].filter((name) => this.value(name) !== null).sort();
  }

  fulfil(when: readonly Condition[]): boolean {
    return when.every((condition) => fulfils(this.value(condition.signal), condition));
  }

  skills({ skill, signal }: RequirementRule): string[] {
    if (signal === null) return [skill];
    const value = this.value(signal);
    if (value === null) return [];
    const words = typeof value === 'object' ? value : [String(value)];
    return words
      .map((word) => (signal === 'language' ? word.split('-')[0]!.toLowerCase() : word))
      .filter((word) => word !== '')
      .map((word) => skill.replace('{value}', () => word));
  }

  level(signal: string): number {
    const value = this.value(signal);
    return typeof value === 'number' ? Math.min(HIGHEST_LEVEL, Math.max(1, Math.round(value))) : 1;
  }

  private value(name: string): SignalValue | null {
    this.looked.add(name);
    return Object.hasOwn(this.signals, name) ? this.signals[name]!.value : null;
  }
}
