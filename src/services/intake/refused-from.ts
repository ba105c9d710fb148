import { Refusal } from '../../values/refusal.ts';
import type { SourceFact } from './source-fact.ts';

export const pathOf = ({ path }: SourceFact): readonly string[] => path ?? [];

/**
 * Does what a service does with a list and says of a refusal where it stands in what the caller was sent. `argument` is what the service
 * calls its list; null: it takes one thing.
 */
export async function refusedFrom<T>(
  paths: readonly (readonly string[] | undefined)[],
  argument: string | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, details, field: told } = error;
    const field = told ?? [];
    if (argument === null) throw new Refusal(code, message, [...(paths[0] ?? []), ...field], details);
    const [name, index = '', ...rest] = field;
    if (name !== argument) throw error;
    throw new Refusal(code, message, [...(paths[Number(index)] ?? []), ...rest], details);
  }
}

/** Facts in groups within which nothing is told twice: what a source says in one breath about one thing is taken one after the other. */
export function inRounds<T>(facts: readonly T[], keysOf: (fact: T) => readonly string[]): T[][] {
  const rounds: { facts: T[]; keys: Set<string> }[] = [];
  for (const fact of facts) {
    const keys = keysOf(fact);
    const last = rounds.at(-1);
    if (last && !keys.some((key) => last.keys.has(key))) {
      last.facts.push(fact);
      for (const key of keys) last.keys.add(key);
    } else rounds.push({ facts: [fact], keys: new Set(keys) });
  }
  return rounds.map((round) => round.facts);
}
