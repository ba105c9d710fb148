/** A member of the object that a JSON file holds: its first line, its name, its value. */
export interface Entry {
  readonly line: number;
  readonly name: string;
  readonly value: unknown;
}

/**
 * Members of the one object in a JSON text, each read by itself: a member that is no JSON is handed to `onBroken` with its line,
 * and the others are read all the same. A member that does not end would swallow the rest: reading goes on at the next line that
 * begins a name in the same column.
 */
export function readEntries(text: string, onBroken: (line: number) => void): Entry[] {
  const entries: Entry[] = [];
  const lines = new LineCounter(text);
  let next = text.indexOf('{') + 1 || text.length;
  for (let start = startOfMember(text, next); start !== null; start = startOfMember(text, next)) {
    const line = lines.of(start);
    const end = endOfMember(text, start);
    next = end;
    try {
      const [[name, value] = []] = Object.entries(JSON.parse(`{${text.slice(start, end)}}`) as object);
      if (name === undefined) throw new SyntaxError('no member');
      entries.push({ line, name, value });
    } catch {
      onBroken(line);
      next = Math.min(end, sameColumn(text, start));
    }
  }
  return entries;
}

/** Where the next member begins; null: the object ends. */
function startOfMember(text: string, from: number): number | null {
  let at = from;
  while (at < text.length && /[\s,]/.test(text[at]!)) at += 1;
  return at < text.length && text[at] !== '}' ? at : null;
}

/** Where a member ends, by brackets. Strings end at the end of their line at the latest. */
function endOfMember(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]!;
    if (depth === 0 && (character === ',' || character === '}')) return at;
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return text.length;
}

/** The next line whose first character is a quote that stands where this member began. */
function sameColumn(text: string, start: number): number {
  const margin = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const found = margin.trim() === '' ? text.indexOf(`\n${margin}"`, start) : -1;
  return found < 0 ? text.length : found + 1;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
    else if (text[at] === '\n') return at - 1;
  }
  return text.length;
}

/** Lines of places that come in order: counting goes on from the one before. */
class LineCounter {
  private readonly text: string;
  private at = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
  }

  of(place: number): number {
    for (
      let next = this.text.indexOf('\n', this.at);
      next >= 0 && next < place;
      next = this.text.indexOf('\n', this.at)
    ) {
      this.line += 1;
      this.at = next + 1;
    }
    return this.line;
  }
}
