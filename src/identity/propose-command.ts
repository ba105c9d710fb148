import { parseArgs } from 'node:util';

import { grouped } from '../import/progress.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { learnMatchModel } from '../services/customers/proposals/learn-match-model.ts';
import { keepAllMatchKeys, proposeAll } from '../services/customers/proposals/walk-persons.ts';
import type { Scope } from '../services/scope.ts';
import type { Running } from './surroundings.ts';
import { WrongInput } from './wrong-input.ts';

export const PROPOSE_HELP = `npm run identity -- propose

Looks through all stored customers for records of one person, while the server runs: learns from them how much each field says, then compares.
Who is certain enough is merged, who may be the same is proposed (\`mergeProposals\`), by MATCH_MERGE_PERCENT and MATCH_PROPOSE_PERCENT.
The server does the same by the minute for whoever came or changed. Works with DATABASE_URL, or with the embedded database in DATA_DIR.

  --dont-merge   propose only
  --json         one line on stdout, for programs
`;

/** Throws WrongInput. */
export async function proposeCommand(args: readonly string[], running: Running): Promise<void> {
  const { progress, stdout, peakMemoryBytes, enter } = running;
  const values = readArguments(args);
  const thresholds = values['dont-merge'] ? { ...running.thresholds, merge: null } : running.thresholds;
  const begun = performance.now();
  const entered = await enter();
  try {
    const { database } = entered;
    const scope: Scope = { db: database, viewer: systemViewer('matching'), now: database.now() };
    const [row] = await database.sql<{ total: number }[]>`select count(*)::int as total from customers`;
    const { total } = row!;
    const show = (unit: string) => (done: number, of: number) =>
      progress.show({ unit, done, total: Math.max(done, of), added: 0, refused: 0 });
    await keepAllMatchKeys(scope, (done) => show('customers read')(done, total));
    const model = await learnMatchModel(scope, show('persons learned from'));
    const none = { compared: 0, proposed: 0, merged: [] };
    const onProgress = (done: number) => show('customers compared')(done, total);
    const found = model ? await proposeAll(scope, model, { thresholds, onProgress }) : none;
    const sum = {
      ...{ customers: total, persons: model?.personCount ?? 0, compared: found.compared, proposed: found.proposed },
      merged: found.merged.length / 2,
    };
    const cost = {
      seconds: Math.round(performance.now() - begun) / 1_000,
      peakMemoryMb: Math.round(peakMemoryBytes() / 1_000_000),
    };
    stdout.write(values.json ? `${JSON.stringify({ ...sum, ...cost })}\n` : sentenceOf({ ...sum, ...cost }));
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
    return parseArgs({ args: [...args], options: { 'dont-merge': { type: 'boolean' }, json: { type: 'boolean' } } })
      .values;
  } catch (error) {
    throw new WrongInput(`${(error as Error).message}\n\n${PROPOSE_HELP}`);
  }
}
