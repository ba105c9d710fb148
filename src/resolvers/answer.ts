import { Refusal } from '../values/refusal.ts';

type UserErrorRow = Pick<Refusal, 'code' | 'message' | 'field'>;
type Answer<T> = { [K in keyof T]: T[K] | null } & { userErrors: UserErrorRow[] };

/**
 * The one place where a refusal becomes data: the payload of a mutation, with `userErrors` empty on success.
 * On refusal the payload's other fields are null.
 */
export async function answer<T extends object>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (error instanceof Refusal) {
      // A plain object: graphql-js would throw an Error that it is given as a value.
      const { code, message, field, details } = error;
      return { userErrors: [{ ...details, code, message, field }] } as unknown as Answer<T>;
    }
    throw error;
  }
}
