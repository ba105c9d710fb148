import { parseArgs } from 'node:util';

import { grouped } from '../import/progress.ts';
import { MATCH_WALKER } from '../services/customers/proposals/match-walk.ts';
import { walkPersons } from '../services/customers/proposals/walk-persons.ts';
import type { Scope } from '../services/scope.ts';
import { entering } from './entering.ts';
import type { Running } from './surroundings.ts';
import { WrongInput } from './wrong-input.ts';

export const PROPOSE_HELP = `npm run identity -- propose

Looks through all stored customers for records of one person, while the server runs: learns from them how much each field says, then compares.
Who is certain enough is merged, who may be the same is proposed (\`mergeProposals\`), by MATCH_MERGE_PERCENT and MATCH_PROPOSE_PERCENT.
The server does the same by the minute for whoever came or changed. Works with DATABASE_URL, or with the embedded database in DATA_DIR.
It may be stopped (Ctrl-C) or killed at any moment: the same command goes on where it was, for 24 hours.

  --dont-merge   propose only
  --anew         begin again, also where the last one was stopped, and learn anew
  --json         one line on stdout, for programs
`;

/** Throws WrongInput. */
export async function proposeCommand(args: readonly string[], running: Running): Promise<void> {
  const { progress, stdout, peakMemoryBytes, enter, signal } = running;
  const values = readArguments(args);
  const thresholds = values['dont-merge'] ? { ...running.thresholds, merge: null } : running.thresholds;
  const begun = performance.now();
  const entered = await entering(enter);
  try {
    const { database } = entered;
    const scope: Scope = { db: database, viewer: MATCH_WALKER, now: database.now() };
    const [row] = await database.sql<{ customers: number }[]>`select count(*)::int as customers from customers`;
    const {
      isDone,
      merges: merged,
      ...found
    } = await walkPersons(scope, {
      ...{ thresholds, isAnew: values.anew === true },
      ...(signal && { signal }),
      onProgress: (unit, done, total) => progress.show({ unit, done, total, added: 0, refused: 0 }),
    });
    const sum = { ...row!, ...found, merged };
    const cost = {
      seconds: Math.round(performance.now() - begun) / 1_000,
      peakMemoryMb: Math.round(peakMemoryBytes() / 1_000_000),
    };
    stdout.write(values.json ? `${JSON.stringify({ ...sum, ...cost, isDone })}\n` : sentenceOf({ ...sum, ...cost }));
    if (!isDone) progress.say('Stopped. The same command goes on from here.');
  } finally {
    await entered.leave();
  }
}

type Sum = Record<'customers' | 'persons' | 'compared' | 'proposed' | 'merged' | 'seconds' | 'peakMemoryMb', number>;

const sentenceOf = ({ customers, persons, compared, proposed, merged, seconds, peakMemoryMb }: Sum): string =>
  `${grouped(customers)} customers, ${grouped(persons)} persons of whom something is known; ${grouped(compared)} pairs compared
${grouped(merged)} merged, ${grouped(proposed)} new proposals
${seconds.toFixed(1)} s, ${grouped(peakMemoryMb)} MB at most
`;

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { 'dont-merge': { type: 'boolean' }, anew: { type: 'boolean' }, json: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw new WrongInput(`${(error as Error).message}\n\n${PROPOSE_HELP}`);
  }
}
