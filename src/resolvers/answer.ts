import { Refusal } from '../values/refusal.ts';

type Answer<T> = { [K in keyof T]: T[K] | null } & { userErrors: Refusal[] };

/**
 * The one place where a refusal becomes data: the payload of a mutation, with `userErrors` empty on success.
 * On refusal the payload's other fields are null.
 */
export async function answer<T extends object>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (error instanceof Refusal) return { userErrors: [error] } as unknown as Answer<T>;
    throw error;
  }
}
