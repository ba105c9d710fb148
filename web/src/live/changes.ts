/** What identifies an entry of a list, so that a moved entry is not taken for a changed one. */
const NAMES = ['id', 'number', 'sku', 'conversationId', 'value', 'name'] as const;

type Leaf = string | number | boolean | null | undefined;

function nameOf(entry: unknown, index: number): string {
  if (entry === null || typeof entry !== 'object') return String(index);
  for (const name of NAMES) {
    const found = (entry as Record<string, unknown>)[name];
    if (typeof found === 'string') return found;
  }
  return String(index);
}

/** Every value of a tree by its path: `orders/ord_…/status`. */
export function leavesOf(tree: unknown, path = '', into = new Map<string, Leaf>()): Map<string, Leaf> {
  if (Array.isArray(tree)) {
    tree.forEach((entry, index) => leavesOf(entry, `${path}/${nameOf(entry, index)}`, into));
  } else if (tree !== null && typeof tree === 'object') {
    for (const [key, value] of Object.entries(tree)) leavesOf(value, path === '' ? key : `${path}/${key}`, into);
  } else {
    into.set(path, tree as Leaf);
  }
  return into;
}

/** Paths that are new or hold another value than before. */
export function changedPaths(before: ReadonlyMap<string, Leaf>, after: ReadonlyMap<string, Leaf>): string[] {
  return [...after].filter(([path, value]) => before.get(path) !== value || !before.has(path)).map(([path]) => path);
}
