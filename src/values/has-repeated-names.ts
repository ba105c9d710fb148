/** Strings and what gives JSON its form; of a text that is JSON nothing else can stand between them that matters here. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * True when an object somewhere in a JSON text has two members of one name: readers differ in which of them counts, and whoever signs one
 * meaning must not be read with another.
 */
export function hasRepeatedNames(json: string): boolean {
  const around: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === '{') around.push(new Set());
    else if (token === '[') around.push(null);
    else if (token === '}' || token === ']') around.pop();
    else if (token === ':') {
      const names = around.at(-1);
      const name = JSON.parse(last) as string;
      if (names?.has(name)) return true;
      names?.add(name);
    }
    last = token;
  }
  return false;
}
