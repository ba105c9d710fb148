import postgres from 'postgres';

import type { Viewer } from '../../values/viewer.ts';
import { gather } from '../gather.ts';
import { isUnavailable } from '../is-unavailable.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { atomically } from './atomically.ts';

/** What is asked for, and the request that it came with. */
export interface Asked<Question> {
  readonly scope: Scope;
  readonly question: Question;
}

interface Crowding {
  /** In one transaction, at most. */
  readonly most: number;
  /** Transactions that go on at once before questions share one. */
  readonly atOnce: number;
  /** One that takes longer is held up by something: nobody waits behind it. */
  readonly patienceMs: number;
}

/**
 * Does in one transaction what one viewer asks for one by one, all that came while others were under way: a crowd costs a fraction of as many
 * transactions. Null: there is more to it than the crowd can be held up for, nothing was changed, and it has to be done by itself.
 */
export function shareTransactions<Question, Answer>(
  answerEach: (tx: TransactionScope, asked: readonly Asked<Question>[]) => Promise<readonly (Answer | null)[]>,
  { most, ...crowding }: Crowding,
): (scope: Scope, question: Question) => Promise<Answer | null> {
  type Ask = (asked: Asked<Question>) => Promise<Answer | null>;
  // Of each database and viewer: the journal says who acted, and what one may, another may not.
  const asks = new WeakMap<Scope['db']['committed'], WeakMap<Viewer, Ask>>();

  async function inOne(asked: readonly Asked<Question>[]): Promise<readonly (Answer | null)[]> {
    // What the viewer may is judged as of the first of these requests.
    const first = asked.reduce((one, other) => (other.scope.now < one.scope.now ? other : one));
    try {
      return await atomically(first.scope, (tx) => answerEach(tx, asked));
    } catch (error) {
      // What one of them met with is not the others' business: everything was rolled back, and each is done by itself and told its own.
      if (error instanceof postgres.PostgresError || !isUnavailable(error)) return asked.map(() => null);
      throw error;
    }
  }

  return (scope, question) => {
    const { db, viewer } = scope;
    const ofDatabase = asks.get(db.committed) ?? new WeakMap<Viewer, Ask>();
    const ask = ofDatabase.get(viewer) ?? gather(inOne, most, crowding);
    asks.set(db.committed, ofDatabase.set(viewer, ask));
    return ask({ scope, question });
  };
}
