import { Refusal } from '../values/refusal.ts';

/**
 * A use case that takes many says `['facts', '0', 'amount']`; where the graph hands in one, the caller knows no list: the path
 * begins inside its input.
 */
export async function ofOne<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal) || !error.field || error.field.length < 2) throw error;
    throw new Refusal(error.code, error.message, error.field.slice(2), error.details);
  }
}
