import type { Reason } from '../decision-record.ts';
import type { StepAct } from '../routing-policy.ts';

/** What a decision says, in one language. A language is one file with these, and a line in explain-decision.ts. */
export interface Phrases {
  /** Somebody was chosen: of how many who could have been. */
  chosen(name: string, able: number, score: number): string;
  /** Somebody was chosen because nobody else was asked. */
  chosenByPin(name: string): string;
  /** Nobody could be chosen, of so many. */
  nobody(agents: number): string;
  has(skills: readonly string[]): string;
  lacks(skills: readonly string[]): string;
  readonly servedBefore: string;
  asksFor(skills: readonly string[]): string;
  /** A skill that nobody need have. */
  wished(skill: string): string;
  waited(seconds: number, step: string): string;
  others(reasons: readonly string[]): string;
  readonly reasons: Readonly<Record<Reason, (count: number) => string>>;
  act(act: StepAct): string;
}
