import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { COLUMNS, generatePeople, lineOf, type Wanted } from './generate-people.ts';
import type { Running } from './surroundings.ts';
import { WrongInput } from './wrong-input.ts';

export const GENERATE_HELP = `npm run identity -- generate <file.csv>

Writes a file of made-up people, many of them more than once and with errors; the column \`person\` tells who is who. The same seed makes the same file.

  --records 10000       rows
  --seed 1
  --errors 0.15         how often a field of a repeated record is wrong or left out, 0 to 1
`;

const AT_ONCE = 1_000;

/** Throws WrongInput. */
export async function generateCommand(args: readonly string[], { workingDir, progress }: Running): Promise<void> {
  const { path, wanted } = readAsked(args);
  const file = await open(resolve(workingDir, path), 'w').catch((error: unknown) => {
    throw new WrongInput(`${path} cannot be written (${(error as Error).message}).`);
  });
  try {
    let text = lineOf(COLUMNS);
    let rows = 0;
    for (const person of generatePeople(wanted)) {
      text += lineOf(COLUMNS.map((column) => person[column]));
      rows += 1;
      if (rows % AT_ONCE !== 0) continue;
      await file.write(text);
      text = '';
    }
    await file.write(text);
  } finally {
    await file.close();
  }
  progress.say(`${path}: ${wanted.records} records. npm run identity -- evaluate ${path} --truth column:person`);
}

function readAsked(args: readonly string[]): { path: string; wanted: Wanted } {
  const { values, positionals } = readArguments(args);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new WrongInput(`Name the file to write.\n\n${GENERATE_HELP}`);
  const [records, seed, errors] = [
    Number(values.records ?? 10_000),
    Number(values.seed ?? 1),
    Number(values.errors ?? 0.15),
  ];
  if (!Number.isSafeInteger(records) || records < 1 || records > 10_000_000)
    throw new WrongInput('--records is a whole number from 1 to 10,000,000.');
  if (!Number.isSafeInteger(seed)) throw new WrongInput('--seed is a whole number.');
  if (!(errors >= 0 && errors <= 1)) throw new WrongInput('--errors is from 0 to 1.');
  return { path, wanted: { records, seed, errors } };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { records: { type: 'string' }, seed: { type: 'string' }, errors: { type: 'string' } },
    });
  } catch (error) {
    throw new WrongInput(`${(error as Error).message}\n\n${GENERATE_HELP}`);
  }
}
