import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { identityCommand } from '../../src/identity/identity-command.ts';
import { aFolder } from '../support/importing.ts';
import { sampleSet } from '../support/sample-set.ts';

interface Told {
  readonly precision: number | null;
  readonly recall: number;
  readonly f1: number;
  readonly records: readonly number[];
  readonly truePairs: number;
  readonly candidatePairs: number;
  readonly linesLeftOut: number;
  readonly fields: readonly Record<string, string>[];
  readonly thresholds: readonly { readonly confidence: number; readonly f1: number }[];
}

/** Runs the command in a folder and gives back what it wrote. */
async function run(folder: string, ...args: string[]) {
  const [stdout, stderr] = [[] as string[], [] as string[]];
  const code = await identityCommand(args, {
    workingDir: folder,
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    peakMemoryBytes: () => 5_000_000,
    thresholds: { propose: 0.5, merge: 0.95 },
    enter: () => Promise.reject(new Error('Files are evaluated without a database.')),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

async function evaluated(folder: string, ...args: string[]): Promise<Told> {
  const { code, stdout, stderr } = await run(folder, 'evaluate', ...args, '--json');
  expect(stderr).not.toContain('failed');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Told;
}

const PEOPLE = `First;Surname;Born;Mail;who;no
Aino;Laine;1980-02-17;aino@example.fi;1;a
Laine;Aino;1980-02-17;aino@example.fi;1;b
Eero;Mäki;1975-11-30;eero@example.fi;2;c
Eero;Maki;30.11.1975;eero@example.fi;2;d
Helmi;Salo;2001-05-05;;3;e
`;
const MAP = ['--map', 'First=givenName,Surname=familyName', '--map', 'Born=birth_date,Mail=email'];

test('a file with its truth in a column, or in pairs with and without names of columns', async () => {
  const folder = aFolder({
    'people.csv': PEOPLE,
    'pairs.csv': 'a,b\nc,d\n',
    'named.csv': 'id_1,id_2\nb,a\nd,c\n',
    'labels.csv': 'unique_id_l,set_l,unique_id_r,set_r,clerical_match_score\na,p,b,p,1.0\na,p,c,p,0.0\nd,p,c,p,0.9\n',
  });
  for (const truth of ['column:WHO', 'pairs.csv', 'named.csv', 'labels.csv']) {
    const told = await evaluated(folder, 'people.csv', ...MAP, '--truth', truth);
    expect(told).toMatchObject({ records: [5], truePairs: 2, linesLeftOut: 0 });
    expect(told.fields).toEqual([{ first: 'givenName', surname: 'familyName', born: 'birthDate', mail: 'email' }]);
  }
  const without = await evaluated(
    folder,
    'people.csv',
    ...MAP,
    '--truth',
    'column:who',
    '--without',
    'email,birthDate',
  );
  expect(without.fields).toEqual([{ first: 'givenName', surname: 'familyName' }]);
  const table = await run(folder, 'evaluate', 'people.csv', ...MAP, '--truth', 'column:who');
  expect(table.stdout).toMatch(/^5 records, 2 true pairs; \d+ of 10 pairs compared\nconfidence +precision/);
});

test('lines that cannot be read are named and left out', async () => {
  const folder = aFolder({ 'people.csv': `${PEOPLE}Too;few\n"never closed;x\n` });
  const { stdout, stderr } = await run(folder, 'evaluate', 'people.csv', ...MAP, '--truth', 'column:who', '--json');
  expect(stderr).toContain('warning: people.csv:7: The row has 2 fields instead of 6; the line is left out.');
  expect(stderr).toContain('warning: people.csv:8: A quoted field is not closed');
  expect(JSON.parse(stdout)).toMatchObject({ records: [5], linesLeftOut: 2 });
});

test('names of any script, marks and quotes, a BOM and lines that end as on Windows are read', async () => {
  const rows = [
    '\uFEFF"First name";"Last name";"DOB";"e-mail";"who"',
    '"José";"Núñez";"1980-02-17";"jose@example.com";"1"',
    '"Jose";"Nunez";"17.2.1980";"JOSE@example.com";"1"',
    '"Мария";"Иванова";"1975-11-30";"m@example.ru";"2"',
    '"Maria";"Ivanova";"1975-11-30";"";"2"',
    '"小明";"王";"1990-01-01";"";"3"',
    '"王";"小明";"1990-01-01";"wang@example.cn";"3"',
    '"O""Brien; Jr";"Pat";"";"";"4"',
  ];
  const folder = aFolder({ 'people.csv': `${rows.join('\r\n')}\r\n` });

  const told = await evaluated(folder, 'people.csv', '--truth', 'column:who');

  expect(told).toMatchObject({ records: [7], truePairs: 3, linesLeftOut: 0 });
  expect(told.thresholds.find(({ confidence }) => confidence === 0.5)).toMatchObject({ f1: 1 });
});

describe('what cannot be done is said in a sentence', () => {
  const files = {
    'people.csv': PEOPLE,
    'empty.csv': '',
    'none.csv': 'a,b\n1,2\n',
    'strange.csv': 'x,y\nq,r\n',
    'one.csv': 'x\nq\n',
    'head.csv': 'first_name,last_name,who\n',
    'twice.csv': 'first_name,email,email,who\na,b,c,1\n',
    'wide.csv': 'f\0i\0r\0s\0t\0\n\0x\0',
    'unknown.csv': 'id_1,id_2\nno-1,no-2\n',
    'no-pairs.csv': 'id_1,id_2\n',
    'nobody.csv': 'first_name,email,who\na,b,\nc,d,\n',
  };
  test.each([
    [
      ['evaluate', 'people.csv', '--map', 'First=givenNmae', '--truth', 'column:who'],
      'There is no field givenNmae. Is it givenName?',
    ],
    [
      ['evaluate', 'people.csv', '--map', 'Frist=givenName', '--truth', 'column:who'],
      'there is no column frist. people.csv has: first,',
    ],
    [['evaluate', 'people.csv', '--map', 'First', '--truth', 'column:who'], 'This is none: First'],
    [
      ['evaluate', 'people.csv', '--map', 'First=email,Born=email,Mail=city,who=city', '--truth', 'column:no'],
      'mail and who of people.csv are both city',
    ],
    [['evaluate', 'people.csv', '--truth', 'column:person'], 'there is no column person'],
    [['evaluate', 'people.csv', '--truth', 'column:no'], 'no value of the column no stands twice'],
    [['evaluate', 'people.csv', '--truth', 'strange.csv'], 'no column of people.csv holds ids'],
    [['evaluate', 'people.csv', '--truth', 'strange.csv', '--id', 'no'], 'of 1 pairs 1 name ids that are not there'],
    [['evaluate', 'people.csv', '--truth', 'one.csv'], 'one.csv needs two columns'],
    [['evaluate', 'people.csv', '--truth', 'no-pairs.csv'], 'no-pairs.csv names no pair.'],
    [['evaluate', 'people.csv', '--truth', 'empty.csv'], 'empty.csv names no pair.'],
    [['evaluate', 'nobody.csv', '--truth', 'column:who'], 'the column who is empty in every record'],
    [['evaluate', 'people.csv', '--truth', 'gone.csv'], 'There is no file'],
    [['evaluate', 'gone.csv', '--truth', 'column:who'], 'There is no file'],
    [['evaluate', 'empty.csv', '--truth', 'column:who'], 'empty.csv is empty.'],
    [['evaluate', 'none.csv', '--truth', 'column:a'], 'No column of none.csv is read. It has: a, b.'],
    [['evaluate', 'people.csv'], 'Say who is who'],
    [['evaluate', 'people.csv', '--truth', 'column:who', '--one-to-one'], '--one-to-one is for two files'],
    [['evaluate', 'people.csv', '--truht', 'x'], "Unknown option '--truht'"],
    [['evaluate', 'head.csv', '--truth', 'column:who'], 'head.csv has no record'],
    [['evaluate', 'twice.csv', '--truth', 'column:who'], 'twice.csv names the column email twice'],
    [['evaluate', 'wide.csv', '--truth', 'column:who'], 'wide.csv is no text in UTF-8'],
    [['evaluate', 'people.csv', '--truth', 'unknown.csv'], 'no column of people.csv holds ids that the pairs name'],
    [['evaluate', 'people.csv', '--truth', 'column:'], '--truth column:NAME needs the name'],
    [['evaluate', '.', '--truth', 'column:who'], 'is a folder'],
    [['evaluate', 'people.csv', '--truth', 'column:who', '--without', 'nmae'], 'There is no field nmae'],
    [['propose'], 'The database cannot be opened: Files are evaluated without a database.'],
    [['propose', '--fast'], "Unknown option '--fast'"],
    [['merge'], 'There is no `merge`.'],
    [['generate', 'x.csv', '--errors', '2'], '--errors is from 0 to 1'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await run(aFolder(files), ...args);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('failed');
    expect([code, stdout]).toEqual([1, '']);
  });
});

test('people of the generator are found again, in one file and between two, and the same seed makes the same file', async () => {
  const folder = aFolder({});
  const make = (name: string) => run(folder, 'generate', name, '--records', '1200', '--seed', '11');
  expect((await make('a.csv')).code).toBe(0);
  await make('b.csv');
  const text = readFileSync(join(folder, 'a.csv'), 'utf8');
  expect(readFileSync(join(folder, 'b.csv'), 'utf8')).toBe(text);
  const one = await evaluated(folder, 'a.csv', '--truth', 'column:person');
  expect(one.records).toEqual([1_200]);
  expect(one.precision).toBeGreaterThan(0.98);
  expect(one.recall).toBeGreaterThan(0.95);
  expect(one.candidatePairs).toBeLessThan(1_200 * 40);
  const [head, ...lines] = text.trimEnd().split('\n');
  const two = aFolder({
    'a.csv': [head, ...lines.filter((_, i) => i % 2 === 0)].join('\n'),
    'b.csv': [head, ...lines.filter((_, i) => i % 2 === 1)].join('\n'),
  });
  const linked = await evaluated(two, 'a.csv', 'b.csv', '--truth', 'column:person', '--without', 'loyaltyId');
  expect(linked.records).toEqual([600, 600]);
  expect(linked.precision).toBeGreaterThan(0.98);
  expect(linked.recall).toBeGreaterThan(0.9);
});

const febrl = sampleSet('febrl');
const fake = sampleSet('splink_fake1000');

test.skipIf(!febrl)('febrl 3 is found with its strong id, and without it', async () => {
  const all = await evaluated(febrl!, 'dataset3.csv', '--truth', 'column:rec_id');
  expect(all).toMatchObject({ records: [5_000], truePairs: 6_538 });
  expect(all.precision).toBeGreaterThanOrEqual(0.999);
  expect(all.recall).toBeGreaterThanOrEqual(0.97);
  const weak = await evaluated(febrl!, 'dataset3.csv', '--truth', 'column:rec_id', '--without', 'loyaltyId');
  expect(weak.precision).toBeGreaterThanOrEqual(0.99);
  expect(weak.recall).toBeGreaterThanOrEqual(0.9);
});

test.skipIf(!fake)('splink_fake1000 is found, by its clusters and by its labels', async () => {
  for (const truth of ['column:cluster', 'fake_1000_labels.csv']) {
    const told = await evaluated(fake!, 'fake_1000.csv', '--truth', truth);
    expect(told).toMatchObject({ records: [1_000], truePairs: 2_031 });
    expect(told.f1).toBeGreaterThanOrEqual(0.86);
  }
});
