import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { Refusal } from '../values/refusal.ts';
import { gather, outline } from './gather.ts';
import {
  type Complain,
  type ImportSource,
  type Item,
  NO_WISHES,
  type Phase,
  phase,
  Unreadable,
  type Wishes,
} from './import-source.ts';
import { jsonRecords } from './read-json-records.ts';
import { type Header, readHeader, type ReadRecords, separatedRecords, type TableRecord } from './read-records.ts';
import type { SourceFile } from './read-text.ts';
import { Misshapen } from './shapes.ts';
import { type Kind, knows, type Reading } from './tables/kind.ts';
import { KINDS } from './tables/kinds.ts';

const MOST_NAMES = 30;

/** A table of somebody's own, comma, semicolon or tab separated. */
export const csv: ImportSource = {
  name: 'csv',
  summary: `a table of your own: ${KINDS.map(({ name }) => name).join(', ')}`,
  folder: null,
  kinds: KINDS.map(({ name }) => name),
  async read(path, complain, wishes = NO_WISHES) {
    const { kind, file, changedAt } = await begin(path, wishes);
    const header = await readHeader(file);
    const columns = checkColumns(header, { kind, file, wishes });
    warnOfUnknown(columns, { kind, file, complain });
    const read = separatedRecords(file, { ...header, columns });
    return phasesOf(kind, { read, file, complain, changedAt, wishes });
  },
};

/** The same as a JSON object on each line. */
export const jsonl: ImportSource = {
  name: 'jsonl',
  summary: 'the same as a JSON object on each line',
  folder: null,
  kinds: csv.kinds!,
  async read(path, complain, wishes = NO_WISHES) {
    const { kind, file, changedAt } = await begin(path, wishes);
    const read = jsonRecords(file, { list: kind.list, renamed: wishes.renamed });
    const columns = new Set<string>();
    const watched: ReadRecords = async function* (each) {
      for await (const record of read(each)) {
        if (columns.size < 1_000) for (const column of record.columns()) columns.add(column);
        yield record;
      }
    };
    const phases = await phasesOf(kind, { read: watched, file, complain, changedAt, wishes });
    warnOfUnknown([...columns], { kind, file, complain });
    return phases;
  },
};

async function begin(path: string, { kind: name, renamed, isComplete }: Wishes) {
  const kind = KINDS.find((one) => one.name === name);
  if (!kind) throw new Unreadable(`Say what the file holds: ${KINDS.map((one) => one.name).join(', ')}.`);
  if (isComplete && !kind.leftOut)
    throw new Unreadable(
      `--complete is for ${KINDS.filter(({ leftOut }) => leftOut)
        .map((one) => one.name)
        .join(', ')}.`,
    );
  for (const ours of renamed.values())
    if (!knows(kind, ours))
      throw new Unreadable(`--map: there is no column ${ours} for ${kind.name}. Ours are: ${namesOf(kind)}.`);
  const full = resolve(path);
  const about = await stat(full);
  if (!about.isFile()) throw new Unreadable(`${full} is no file. Name one file of ${kind.name}.`);
  // A file system's future is nobody's count.
  const changedAt = new Date(Math.min(about.mtimeMs, Date.now()));
  return { kind, file: { path: full, name: basename(full) }, changedAt };
}

const namesOf = ({ columns }: Kind) => columns.map(({ name }) => (name.endsWith(':') ? `${name}…` : name)).join(', ');

interface About {
  readonly kind: Kind;
  readonly file: SourceFile;
}

/** The columns under our names. Throws Unreadable where the table cannot be what it is said to be. */
function checkColumns(header: Header, { kind, file, wishes }: About & { wishes: Wishes }): readonly string[] {
  const there = `It has: ${listed(header.columns)}`;
  for (const theirs of wishes.renamed.keys())
    if (!header.columns.includes(theirs)) throw new Unreadable(`--map: ${file.name} has no column ${theirs}. ${there}`);
  const columns = header.columns.map((name) => wishes.renamed.get(name) ?? name);
  const twice = columns.find((name, i) => knows(kind, name) && columns.indexOf(name) !== i);
  if (twice !== undefined) throw new Unreadable(`${file.name} names the column ${twice} twice. Rename one of them.`);
  const has = (name: string) => columns.includes(name);
  const missing = kind.columns.filter(({ name, isRequired }) => isRequired && !has(name)).map(({ name }) => name);
  for (const names of kind.oneOf) if (!names.some(has)) missing.push(`one of ${names.join(', ')}`);
  if (missing.length === 0) return columns;
  throw new Unreadable(
    `${file.name} misses for ${kind.name}: ${missing.join('; ')}. ${there} Rename columns, or say --map theirs=ours.`,
  );
}

function warnOfUnknown(columns: readonly string[], about: About & { complain: Complain }): void {
  const unknown = columns.filter((name) => !knows(about.kind, name));
  if (unknown.length === 0) return;
  about.complain(
    { file: about.file.name, line: 1 },
    `Columns that mean nothing for ${about.kind.name} are left out: ${listed(unknown)} Ours are: ${namesOf(about.kind)}.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => (name === '' ? '(no name)' : name.slice(0, 60)));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

interface Source {
  readonly read: ReadRecords;
  readonly file: SourceFile;
  readonly complain: Complain;
  readonly changedAt: Date;
  readonly wishes: Wishes;
}
interface ThingItem extends Item {
  readonly thing: unknown;
}

async function phasesOf(kind: Kind, source: Source): Promise<Phase[]> {
  const { things, lastOf } = await outline(source.read, (record) => kind.key(record));
  const all = phase<ThingItem>({
    unit: kind.name,
    told: kind.told,
    total: things,
    batch: kind.batch,
    items: () => thingsOf(kind, lastOf, source),
    async store(tx, items) {
      await kind.store(
        tx,
        items.map(({ thing }) => thing),
      );
    },
  });
  return source.wishes.isComplete ? [all, leftOutBy(kind, lastOf.keys(), source)] : [all];
}

interface PartItem extends Item {
  readonly keys: readonly string[];
}

/** What a complete table does not name, part by part, after everything that it names. */
function leftOutBy({ name, told, leftOut }: Kind, keys: Iterable<string>, { file, changedAt }: Source): Phase {
  const parts = [...leftOut!.partsOf(keys)];
  return phase<PartItem>({
    unit: `${name} left out`,
    told,
    batch: 1,
    items: parts.map(([part, of]) => ({ place: { file: file.name, line: 1 }, group: part, keys: of })),
    async store(tx, items) {
      for (const { group, keys } of items) await leftOut!.store(tx, group, { keys, changedAt });
    },
  });
}

async function* thingsOf(
  kind: Kind,
  lastOf: ReadonlyMap<string, number>,
  { read, complain, changedAt, wishes: { timeZone } }: Source,
): AsyncGenerator<ThingItem> {
  const usedBy = new Map<string, string>();
  for await (const gathered of gather(read, (record) => kind.key(record), { lastOf, complain })) {
    const earlier = [...gathered];
    let thing: unknown = null;
    while (thing === null && earlier.length > 0) {
      // Of those of which the last one stands for the thing: one that cannot be read stands for nothing.
      const records = earlier.splice(kind.records === 'last' ? -1 : 0);
      const { place } = records[0]!;
      const warn: Reading['warn'] = (sentence, record = records[0]!) => complain(record.place, sentence);
      thing = attempt(records, warn, () => kind.read(records, { timeZone, changedAt, usedBy, warn }));
      if (thing === null) continue;
      for (const one of earlier)
        complain(one.place, `Line ${place.line} tells of the same one later and counts; this row is left out.`);
      yield { place, group: `${place.line}`, thing };
    }
  }
}

/** What cannot be read is complained of and left out whole: a part of an order would be a wrong order. */
function attempt<T>(records: readonly TableRecord[], warn: (sentence: string) => void, read: () => T | null): T | null {
  const whole = records.length > 1 ? `; all ${records.length} rows of it are left out.` : '; it is left out.';
  const broken = records.find(({ wrong }) => wrong !== null);
  try {
    if (broken) throw new Misshapen(`Line ${broken.place.line}: ${broken.wrong}`);
    return read();
  } catch (error) {
    if (!(error instanceof Misshapen || error instanceof Refusal)) throw error;
    const field = error instanceof Refusal && error.field ? `${error.field.join('.')}: ` : '';
    warn(`${field}${error.message.replace(/\.$/, '')}${whole}`);
    return null;
  }
}
