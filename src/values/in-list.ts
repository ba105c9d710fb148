import { Refusal } from './refusal.ts';

/** Does one after the other; a refusal of one says which: `['input', '3', 'name']`. */
export async function inList<T, R>(input: readonly T[], work: (one: T, place: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, one] of input.entries()) {
    try {
      results.push(await work(one, index));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const within = error.field?.[0] === 'input' ? error.field.slice(1) : (error.field ?? []);
      throw new Refusal(error.code, error.message, ['input', String(index), ...within], error.details);
    }
  }
  return results;
}
