/** A row of a separated file: its first line and its fields. */
export interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

const QUOTE = '"';
/** Characters of one row, at most: what a quote that nothing closes may hold up. */
const LONGEST_ROW = 1_000_000;

/** Where a row ends and what it holds; `more`: the text stops within it; null: its quotes do not fit. */
type Quoted = { readonly fields: string[]; readonly next: number } | 'more' | null;

/**
 * Rows of separated text that comes in pieces, as RFC 4180 quotes it: a field in double quotes may hold separators, line breaks
 * and doubled quotes. Blank lines between rows are skipped. A quote that nothing closes would swallow the rest of the file: such a
 * line is handed to `onBroken`, and reading goes on at the next line. A row past a million characters is broken, too, and is
 * passed over without being held.
 */
export class RowReader {
  private readonly separator: string;
  private readonly onBroken: (line: number) => void;
  private rest = '';
  private line = 1;
  private isPassingOver = false;

  constructor(separator: string, onBroken: (line: number) => void) {
    this.separator = separator;
    this.onBroken = onBroken;
  }

  /** The rows that end within this piece; with the last piece, all that are left. To be read to the end before the next piece. */
  *take(piece: string, isLast = false): Generator<Row> {
    const text = this.rest + piece;
    let start = this.isPassingOver ? this.afterLine(text) : 0;
    while (start < text.length) {
      const found = text.indexOf('\n', start);
      const end = found < 0 ? text.length : found;
      const isTooLong = end - start > LONGEST_ROW;
      if (found < 0 && !isLast && !isTooLong) break;
      const quoted = isTooLong ? null : this.readIfQuoted(text, start, { end, isLast });
      if (quoted === 'more') break;
      if (isTooLong || quoted === null) {
        this.onBroken(this.line);
        this.isPassingOver = found < 0 && !isLast;
      } else if (quoted) yield { line: this.line, fields: quoted.fields };
      else if (withoutReturn(text.slice(start, end)) !== '')
        yield { line: this.line, fields: withoutReturn(text.slice(start, end)).split(this.separator) };
      const next = quoted ? quoted.next : end + 1;
      this.line += quoted ? countOf('\n', text, { start, next }) : found < 0 ? 0 : 1;
      start = next;
    }
    this.rest = text.slice(start);
  }

  /** Behind the line that is passed over, as far as the text goes. */
  private afterLine(text: string): number {
    const end = text.indexOf('\n');
    if (end < 0) return text.length;
    this.isPassingOver = false;
    this.line += 1;
    return end + 1;
  }

  /** Undefined: the line has no quoted field. */
  private readIfQuoted(text: string, start: number, { end, isLast }: { end: number; isLast: boolean }) {
    const first = text.indexOf(QUOTE, start);
    if (first < 0 || first >= end) return undefined;
    const line = text.slice(start, end);
    if (!line.startsWith(QUOTE) && !line.includes(`${this.separator}${QUOTE}`)) return undefined;
    // Beyond the longest row nothing is looked at: the quote was not closed.
    const window = text.slice(start, start + LONGEST_ROW);
    const quoted = this.readQuoted(window, isLast || window.length === LONGEST_ROW);
    if (!quoted || quoted === 'more') return quoted;
    const isCutOff = quoted.next >= LONGEST_ROW && start + LONGEST_ROW < text.length;
    return isCutOff ? null : { fields: quoted.fields, next: start + quoted.next };
  }

  private readQuoted(text: string, isLast: boolean): Quoted {
    const fields: string[] = [];
    for (let at = 0; ;) {
      const field = text[at] === QUOTE ? this.readQuotedField(text, at, isLast) : this.readPlainField(text, at, isLast);
      if (field === null || field === 'more') return field;
      fields.push(field.value);
      if (text[field.next] !== this.separator)
        return { fields, next: field.next + (text[field.next] === '\r' ? 2 : 1) };
      at = field.next + 1;
    }
  }

  /** A field up to its closing quote, which a separator or the end of the line must follow. */
  private readQuotedField(text: string, start: number, isLast: boolean) {
    for (let from = start + 1; ;) {
      const close = text.indexOf(QUOTE, from);
      // What follows a quote tells what it is: at the edge of a piece that is not known yet.
      if (close < 0 || (!isLast && close + 2 >= text.length)) return isLast ? null : 'more';
      if (text[close + 1] === QUOTE) {
        from = close + 2;
        continue;
      }
      const after = text.slice(close + 1, close + 3);
      const ends =
        after === '' || after[0] === this.separator || after[0] === '\n' || after === '\r\n' || after === '\r';
      return ends ? { value: text.slice(start + 1, close).replaceAll('""', QUOTE), next: close + 1 } : null;
    }
  }

  private readPlainField(text: string, start: number, isLast: boolean) {
    let end = start;
    while (end < text.length && text[end] !== this.separator && text[end] !== '\n') end += 1;
    if (end === text.length && !isLast) return 'more';
    const value = text.slice(start, end);
    return { value: text[end] === this.separator ? value : withoutReturn(value), next: end };
  }
}

/** Rows of tab separated text that is there whole: see `RowReader`. */
export const readRows = (text: string, onBroken: (line: number) => void): Generator<Row> =>
  new RowReader('\t', onBroken).take(text, true);

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);

function countOf(character: string, text: string, { start, next }: { start: number; next: number }): number {
  let count = 0;
  for (let at = text.indexOf(character, start); at >= 0 && at < next; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}
