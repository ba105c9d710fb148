import { type Complain, type SourcePlace, Unreadable } from './import-source.ts';
import { readPieces } from './read-pieces.ts';
import { type Row, RowReader } from './read-rows.ts';
import { isDamaged, type SourceFile } from './read-text.ts';

/** One row of a table, by the names of its columns. */
export interface TableRecord {
  readonly place: SourcePlace;
  /** What is wrong with the record as a whole: its values are not to be trusted, but for what it may name. */
  readonly wrong: string | null;
  /** The value as it stands there; empty where the row or the table has none. */
  get(column: string): string;
  /** Columns that have a value. */
  columns(): readonly string[];
}

/** What reads the records of one file anew, each time from its beginning. */
export type ReadRecords = (complain: Complain) => AsyncGenerator<TableRecord>;

const SEPARATORS = [',', ';', '\t'];

/** A column's name as it is compared: `Order Number` is `order_number`. */
export const columnName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** The names in the first row of a separated file, as they are compared, and what separates them. */
export interface Header {
  readonly separator: string;
  readonly columns: readonly string[];
}

/** Throws Unreadable for an empty file. */
export async function readHeader(file: SourceFile): Promise<Header> {
  let beginning = '';
  for await (const piece of readPieces(file)) {
    beginning += piece;
    if (beginning.trimStart().includes('\n') || beginning.length > 4_000_000) break;
  }
  const separator = separatorOf(beginning);
  const [row] = new RowReader(separator, () => undefined).take(beginning, true);
  if (!row) throw new Unreadable(`${file.name} is empty. Its first row must name the columns.`);
  // UTF-16 and the files of office programs have such characters, text in UTF-8 has none.
  if (row.fields.some((field) => field.includes('\0')))
    throw new Unreadable(`${file.name} is no text in UTF-8. Save it as CSV in UTF-8 first.`);
  return { separator, columns: row.fields.map(columnName) };
}

/** The separator that is most often in the first line, outside quotes; a comma where none is. */
export function separatorOf(text: string): string {
  const [line = ''] = text.trimStart().split('\n', 1);
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

/** Records of a separated file whose first row names the columns. A quote that nothing closes is complained of. */
export const separatedRecords = (file: SourceFile, { separator, columns }: Header): ReadRecords => {
  const places = new Map(columns.map((name, i) => [name, i]));
  return async function* (complain) {
    const at = (line: number) => ({ file: file.name, line });
    const rows = new RowReader(separator, (line) =>
      complain(
        at(line),
        'A quoted field is not closed, something follows its closing quote, or the row has more than a million characters; the line is left out.',
      ),
    );
    let isHeader = true;
    for await (const row of allRows(rows, file)) {
      const isBlank = isHeader || row.fields.every((field) => field === '');
      isHeader = false;
      if (!isBlank)
        yield new SeparatedRecord(at(row.line), places, { fields: row.fields, wrong: wrongRow(row, columns.length) });
    }
  };
};

async function* allRows(rows: RowReader, file: SourceFile): AsyncGenerator<Row> {
  for await (const piece of readPieces(file)) yield* rows.take(piece);
  yield* rows.take('', true);
}

function wrongRow({ fields }: Row, columns: number): string | null {
  if (fields.length !== columns) return `The row has ${fields.length} fields instead of ${columns}`;
  if (fields.some(isDamaged)) return 'The row is not UTF-8';
  return fields.some((field) => field.includes('\0')) ? 'The row holds a NUL character' : null;
}

class SeparatedRecord implements TableRecord {
  readonly place: SourcePlace;
  readonly wrong: string | null;
  private readonly places: ReadonlyMap<string, number>;
  private readonly fields: readonly string[];

  constructor(
    place: SourcePlace,
    places: ReadonlyMap<string, number>,
    { fields, wrong }: { fields: readonly string[]; wrong: string | null },
  ) {
    this.place = place;
    this.places = places;
    this.fields = fields;
    this.wrong = wrong;
  }

  get(column: string): string {
    const at = this.places.get(column);
    return (at === undefined ? undefined : this.fields[at]) ?? '';
  }

  columns(): readonly string[] {
    return [...this.places.keys()].filter((column) => this.get(column) !== '');
  }
}
