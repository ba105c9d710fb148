import { Refusal } from '../values/refusal.ts';
import { Refusals } from '../values/refusals.ts';

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
      const all = error instanceof Refusals ? error.all : [error];
      // Plain objects: graphql-js would throw an Error that it is given as a value.
      const userErrors = all.map(({ code, message, field, details }) => ({ ...details, code, message, field }));
      return { userErrors } as unknown as Answer<T>;
    }
    throw error;
  }
}
