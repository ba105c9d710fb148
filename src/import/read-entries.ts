/** A member of the object that a JSON file holds: its first line, its name, its value. */
export interface Entry {
  readonly line: number;
  readonly name: string;
  readonly value: unknown;
}

/**
 * Members of the one object in a JSON text, each read by itself: a member that is no JSON is handed to `onBroken` with its line,
 * and the others are read all the same.
 */
export function readEntries(text: string, onBroken: (line: number) => void): Entry[] {
  const entries: Entry[] = [];
  for (const { start, end } of membersOf(text)) {
    const line = lineOf(text, start);
    try {
      const [[name, value] = []] = Object.entries(JSON.parse(`{${text.slice(start, end)}}`) as object);
      if (name === undefined) throw new SyntaxError('no member');
      entries.push({ line, name, value });
    } catch {
      onBroken(line);
    }
  }
  return entries;
}

/** Where the members of the outermost object lie. Strings end at the end of their line, so that an open one spoils one member only. */
function* membersOf(text: string): Generator<{ start: number; end: number }> {
  let depth = 0;
  let start = -1;
  for (let at = text.search(/\S/); at >= 0 && at < text.length; at += 1) {
    const character = text[at]!;
    if (depth === 1 && start < 0 && !/[\s,}]/.test(character)) start = at;
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    const closes = depth === 0 || (depth === 1 && text[at] === ',');
    if (start >= 0 && closes) {
      yield { start, end: at };
      start = -1;
    }
    if (depth === 0) return;
  }
  if (start >= 0) yield { start, end: text.length };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
    else if (text[at] === '\n') return at - 1;
  }
  return text.length;
}

// Members come in order: counting goes on from the one before.
let counted = { text: '', at: 0, line: 1 };
function lineOf(text: string, at: number): number {
  if (counted.text !== text || counted.at > at) counted = { text, at: 0, line: 1 };
  let { line } = counted;
  for (let next = text.indexOf('\n', counted.at); next >= 0 && next < at; next = text.indexOf('\n', next + 1))
    line += 1;
  counted = { text, at, line };
  return line;
}
