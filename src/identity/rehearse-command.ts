import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { grouped } from '../import/progress.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { IdentityRuleChange } from '../services/customers/resolving/check-rules.ts';
import {
  MOST_CHANGES,
  MOST_REHEARSED,
  rehearseRules,
  type RehearsedChange,
} from '../services/customers/resolving/rehearse-rules.ts';
import type { Scope } from '../services/scope.ts';
import { Refusal } from '../values/refusal.ts';
import { readRuleChanges } from './read-rule-changes.ts';
import { entering } from './entering.ts';
import type { Running } from './surroundings.ts';
import { WrongInput } from './wrong-input.ts';

export const REHEARSE_HELP = `npm run identity -- rehearse <rules.json>

Says what changed identity rules would do differently with everybody who is stored, beside a running server, and changes nothing. The file has what
\`identityRulesSet\` takes as \`rules\`: [{ "kind": "PHONE", "personsPerValue": { "most": 2, "withinDays": 90 } }].
Works with DATABASE_URL, or with the embedded database in DATA_DIR.

  --json   one line on stdout, for programs
`;

/** Throws WrongInput. */
export async function rehearseCommand(args: readonly string[], running: Running): Promise<void> {
  const { progress, stdout, peakMemoryBytes, enter, workingDir } = running;
  const { path, isJson } = readArguments(args);
  const changes = readRuleChanges(await readText(resolve(workingDir, path)));
  const begun = performance.now();
  const entered = await entering(enter);
  try {
    const { database } = entered;
    const scope: Scope = { db: database, viewer: systemViewer('rehearsal'), now: database.now() };
    const [row] = await database.sql<{ total: number }[]>`
      select ((select count(*) from customers) - (select count(*) from person_links))::int as total`;
    const { total } = row!;
    const sum = await rehearseAll(scope, changes, (done) =>
      progress.show({ unit: 'persons examined', done, total: Math.max(done, total), added: 0, refused: 0 }),
    );
    const cost = {
      seconds: Math.round(performance.now() - begun) / 1_000,
      peakMemoryMb: Math.round(peakMemoryBytes() / 1_000_000),
    };
    stdout.write(isJson ? `${JSON.stringify({ ...sum, ...cost })}\n` : sentencesOf(sum, cost));
  } finally {
    await entered.leave();
  }
}

interface Sum {
  rulesVersion: number;
  examined: number;
  merges: number;
  parts: number;
  drops: number;
  takes: number;
  readonly changes: RehearsedChange[];
}

/** Everybody, in as many calls as that takes. */
async function rehearseAll(
  scope: Scope,
  changes: readonly IdentityRuleChange[],
  onProgress: (done: number) => void,
): Promise<Sum> {
  const sum: Sum = { rulesVersion: 0, examined: 0, merges: 0, parts: 0, drops: 0, takes: 0, changes: [] };
  let after: string | null = null;
  do {
    const part = await asWrongInput(() => rehearseRules(scope, changes, { after, most: MOST_REHEARSED }));
    sum.rulesVersion = part.rulesVersion;
    for (const count of ['examined', 'merges', 'parts', 'drops', 'takes'] as const) sum[count] += part[count];
    sum.changes.push(...part.changes.slice(0, MOST_CHANGES - sum.changes.length));
    onProgress(sum.examined);
    after = part.endCursor;
  } while (after !== null);
  return sum;
}

/** What the rules themselves do not allow is wrong in the file. */
async function asWrongInput<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Callers of the graph send the list as `input.rules`.
    const place = error.field?.slice(2).join('.');
    throw new WrongInput(place ? `${place}: ${error.message}` : error.message);
  }
}

const WHAT_HAPPENS = {
  merge: 'would be one person with',
  part: 'would be several persons',
  drop: 'would not have',
  take: 'would have',
} as const satisfies Record<RehearsedChange['kind'], string>;

const lineOf = ({ kind, personId, otherPersonId, identityKind, reason }: RehearsedChange): string =>
  [personId, WHAT_HAPPENS[kind], otherPersonId, identityKind, reason && `(${reason})`].filter(Boolean).join(' ');

const sentencesOf = (sum: Sum, { seconds, peakMemoryMb }: { seconds: number; peakMemoryMb: number }): string =>
  [
    `${grouped(sum.examined)} persons examined, compared with version ${sum.rulesVersion} of the rules`,
    `${grouped(sum.merges)} would be merged, ${grouped(sum.parts)} parted; ${grouped(sum.drops)} identifiers dropped, ${grouped(sum.takes)} taken`,
    ...sum.changes.map(lineOf),
    ...(sum.changes.length === MOST_CHANGES ? [`(the first ${MOST_CHANGES} differences)`] : []),
    `${seconds.toFixed(1)} s, ${grouped(peakMemoryMb)} MB at most`,
    '',
  ].join('\n');

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new WrongInput(`There is no file ${path}.`);
    throw new WrongInput(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function readArguments(args: readonly string[]): { path: string; isJson: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    });
    const [path, ...more] = positionals;
    if (!path || more.length > 0) throw new WrongInput('Name one file with the changed rules.');
    return { path, isJson: values.json === true };
  } catch (error) {
    throw new WrongInput(`${(error as Error).message}\n\n${REHEARSE_HELP}`);
  }
}
