/** A row of a separated file: its first line and its fields. */
export interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

const TAB = '\t';
const QUOTE = '"';

/**
 * Rows of tab separated text as RFC 4180 quotes it: a field in double quotes may hold tabs, line breaks and doubled quotes.
 * Blank lines between rows are skipped. A quote that nothing closes would swallow the rest of the file: such a line is handed
 * to `onBroken`, and reading goes on at the next line.
 */
export function* readRows(text: string, onBroken: (line: number) => void): Generator<Row> {
  let line = 1;
  for (let start = 0; start < text.length;) {
    const end = endOfLine(text, start);
    const plain = withoutReturn(text.slice(start, end));
    const hasQuoted = plain.startsWith(QUOTE) || plain.includes(`${TAB}${QUOTE}`);
    const quoted = hasQuoted ? readQuoted(text, start) : null;
    if (quoted) yield { line, fields: quoted.fields };
    else if (hasQuoted) onBroken(line);
    else if (plain !== '') yield { line, fields: plain.split(TAB) };
    const next = quoted?.next ?? end + 1;
    line += quoted ? countOf('\n', text, { start, next }) : 1;
    start = next;
  }
}

function readQuoted(text: string, start: number): { fields: string[]; next: number } | null {
  const fields: string[] = [];
  for (let at = start; ;) {
    const field = text[at] === QUOTE ? readQuotedField(text, at) : readPlainField(text, at);
    if (!field) return null;
    fields.push(field.value);
    if (text[field.next] !== TAB) return { fields, next: field.next + (text[field.next] === '\r' ? 2 : 1) };
    at = field.next + 1;
  }
}

/** A field up to its closing quote, which a separator or the end of the line must follow. */
function readQuotedField(text: string, start: number): { value: string; next: number } | null {
  for (let from = start + 1; ;) {
    const close = text.indexOf(QUOTE, from);
    if (close < 0) return null;
    if (text[close + 1] === QUOTE) {
      from = close + 2;
      continue;
    }
    const after = text.slice(close + 1, close + 3);
    const ends = after === '' || after[0] === TAB || after[0] === '\n' || after === '\r\n';
    return ends ? { value: text.slice(start + 1, close).replaceAll('""', QUOTE), next: close + 1 } : null;
  }
}

function readPlainField(text: string, start: number): { value: string; next: number } {
  let end = start;
  while (end < text.length && text[end] !== TAB && text[end] !== '\n') end += 1;
  const isLast = text[end] !== TAB;
  const value = text.slice(start, end);
  return { value: isLast ? withoutReturn(value) : value, next: end };
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);

function countOf(character: string, text: string, { start, next }: { start: number; next: number }): number {
  let count = 0;
  for (let at = text.indexOf(character, start); at >= 0 && at < next; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}
