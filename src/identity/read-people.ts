import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Complain } from '../import/import-source.ts';
import { columnName, type Header, readHeader, separatedRecords, type TableRecord } from '../import/read-records.ts';
import type { SourceFile } from '../import/read-text.ts';
import type { PersonRecord } from '../services/customers/matching/comparable.ts';
import { MANY, personField, type PersonField, personOf } from './person-fields.ts';
import { WrongInput } from './wrong-input.ts';

/** How a caller says what their columns are. */
export interface ColumnWishes {
  /** Columns, as `columnName` writes them, that are a field under another name. */
  readonly map: ReadonlyMap<string, PersonField>;
  /** Fields that are not to be looked at. */
  readonly without: readonly PersonField[];
  /** Columns that are no field whatever their name: the truth, the id. */
  readonly apart: readonly string[];
}

export interface PeopleFile {
  readonly file: SourceFile;
  readonly header: Header;
  /** The field of each column that is read. */
  readonly fields: ReadonlyMap<string, PersonField>;
}

/** What one row holds, and the values of the columns that were asked for beside the fields. */
export interface Row {
  readonly person: PersonRecord;
  readonly beside: readonly string[];
}

/** Opens one file and says which of its columns are read as what. Throws WrongInput. */
export async function openPeople(path: string, wishes: ColumnWishes): Promise<PeopleFile> {
  const file = await fileAt(path);
  const header = await readHeader(file);
  const twice = header.columns.find((name, i) => name !== '' && header.columns.indexOf(name) !== i);
  if (twice !== undefined) throw new WrongInput(`${file.name} names the column ${twice} twice. Rename one of them.`);
  const fields = new Map<string, PersonField>();
  for (const column of header.columns) {
    const field = wishes.map.get(column) ?? (wishes.apart.includes(column) ? null : personField(column));
    if (field === null || wishes.without.includes(field)) continue;
    const [other] = [...fields].find(([, each]) => each === field) ?? [];
    if (other !== undefined && !MANY.includes(field)) {
      // What was said goes before what a name looks like.
      if (!wishes.map.has(column)) continue;
      if (wishes.map.has(other))
        throw new WrongInput(`--map: ${other} and ${column} of ${file.name} are both ${field}.`);
      fields.delete(other);
    }
    fields.set(column, field);
  }
  if (fields.size === 0)
    throw new WrongInput(
      `No column of ${file.name} is read. It has: ${listed(header.columns)} Say which is what: --map their_column=givenName,…`,
    );
  return { file, header, fields };
}

export async function fileAt(path: string): Promise<SourceFile> {
  const about = await stat(path).catch(() => null);
  if (about?.isDirectory()) throw new WrongInput(`${path} is a folder. Name a file in it.`);
  if (!about?.isFile()) throw new WrongInput(`There is no file ${path}.`);
  return { path, name: basename(path) };
}

export const listed = (columns: readonly string[]): string =>
  `${columns
    .slice(0, 40)
    .map((name) => name || '(no name)')
    .join(', ')}${columns.length > 40 ? ', …' : ''}.`;

/** Rows of the file; what cannot be read is complained of with its line and left out. */
export async function* readPeople(
  { file, header, fields }: PeopleFile,
  beside: readonly string[],
  complain: Complain,
): AsyncGenerator<Row> {
  const columnsOf = new Map<PersonField, string[]>();
  for (const [column, field] of fields) columnsOf.set(field, [...(columnsOf.get(field) ?? []), column]);
  for await (const record of separatedRecords(file, header)(complain)) {
    if (record.wrong !== null) {
      complain(record.place, `${record.wrong}; the line is left out.`);
      continue;
    }
    const person = personOf((field) => (columnsOf.get(field) ?? []).map((column) => record.get(column)));
    yield { person, beside: beside.map((column) => valueOf(record, column)) };
  }
}

/** The value of a column that names something: spaces around it mean nothing. */
export const valueOf = (record: TableRecord, column: string): string => record.get(columnName(column)).trim();
