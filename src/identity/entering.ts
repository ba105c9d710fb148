import type { Entered } from '../import/enter-database.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import { WrongInput } from './wrong-input.ts';

/** Opens the database; why it cannot be opened is the operator's to mend, and said in a sentence. Throws WrongInput. */
export async function entering(enter: () => Promise<Entered>): Promise<Entered> {
  try {
    return await enter();
  } catch (error) {
    if (isUnavailable(error)) throw error;
    throw new WrongInput(`The database cannot be opened: ${(error as Error).message}`);
  }
}
