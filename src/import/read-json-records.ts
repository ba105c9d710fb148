import { type Complain, type SourcePlace } from './import-source.ts';
import { readPieces } from './read-pieces.ts';
import { columnName, type ReadRecords, type TableRecord } from './read-records.ts';
import { isDamaged, type SourceFile } from './read-text.ts';

/** Characters of one line, at most: some thousand lines of an order. */
const LONGEST_LINE = 4_000_000;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Records of a file with a JSON object on each line. Its members are columns; members of the list `list` are records of their own
 * with everything that stands beside it, and an object `options` is columns `option:…`.
 */
export const jsonRecords = (
  file: SourceFile,
  { list, renamed }: { list: string | null; renamed: ReadonlyMap<string, string> },
): ReadRecords =>
  async function* (complain) {
    for await (const { line, value } of jsonLines(file, complain))
      for (const fields of expand(value, list)) yield new JsonRecord({ file: file.name, line }, fields, renamed);
  };

/** The objects of a file with one on each line. What is none is complained of. */
export async function* jsonLines(
  file: SourceFile,
  complain: Complain,
): AsyncGenerator<{ line: number; value: Fields; text: string }> {
  for await (const { line, text } of linesOf(file, complain)) {
    const value = parse(text);
    if (isFields(value)) yield { line, value, text };
    else complain({ file: file.name, line }, 'This is no JSON object; it is left out.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Without the list: one record. With it: one for each member. */
function expand(value: Fields, list: string | null): Fields[] {
  const members = list === null ? undefined : value[list];
  if (list === null || !Array.isArray(members) || members.length === 0) return [value];
  const { [list]: _, ...beside } = value;
  return members.map((member: unknown) => (isFields(member) ? { ...beside, ...member } : { ...value, [list]: member }));
}

class JsonRecord implements TableRecord {
  readonly place: SourcePlace;
  readonly wrong: string | null;
  private readonly values = new Map<string, string>();

  constructor(place: SourcePlace, fields: Fields, renamed: ReadonlyMap<string, string>) {
    this.place = place;
    let wrong: string | null = null;
    for (const [name, value] of Object.entries(fields)) {
      const plain = columnName(name);
      const column = renamed.get(plain) ?? plain;
      const inner = column === 'options' && isFields(value) ? Object.entries(value) : null;
      for (const [key, each] of inner?.map(([option, one]) => [`option:${option}`, one] as const) ?? [
        [column, value],
      ]) {
        const text = asText(each);
        if (text === null) wrong ??= `${key}: must be a text, a number, true, false or null`;
        else if (isDamaged(text) || text.includes('\0') || !text.isWellFormed())
          wrong ??= `${key}: holds a character that is none`;
        else this.values.set(key, text);
      }
    }
    this.wrong = wrong;
  }

  get(column: string): string {
    return this.values.get(column) ?? '';
  }

  columns(): readonly string[] {
    return [...this.values].filter(([, text]) => text !== '').map(([column]) => column);
  }
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Lines that are not blank; one that is too long is complained of and passed over without being held. */
async function* linesOf(file: SourceFile, complain: Complain): AsyncGenerator<{ line: number; text: string }> {
  let line = 1;
  let rest = '';
  let isPassingOver = false;
  for await (const piece of readPieces(file)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const text of lines) {
      if (!isPassingOver && text.trim() !== '') yield { line, text };
      isPassingOver = false;
      line += 1;
    }
    if (rest.length > LONGEST_LINE && !isPassingOver) {
      complain({ file: file.name, line }, 'The line has more than four million characters; it is left out.');
      isPassingOver = true;
    }
    if (isPassingOver) rest = '';
  }
  if (!isPassingOver && rest.trim() !== '') yield { line, text: rest };
}
