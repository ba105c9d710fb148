import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

import type { SourceFile } from './read-text.ts';

/** Files at a path whose name fits, at most two folders down, by name; the path may also be one file, whatever its name. */
export async function sourceFiles(path: string, fits: RegExp): Promise<SourceFile[]> {
  if ((await stat(path)).isFile()) return [{ path, name: basename(path) }];
  const paths = await filesBelow(path, 2);
  return paths
    .filter((file) => fits.test(basename(file)))
    .sort()
    .map((file) => ({ path: file, name: relative(path, file) }));
}

async function filesBelow(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return [path];
      return depth > 0 ? await filesBelow(path, depth - 1) : [];
    }),
  );
  return found.flat();
}
