import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readConfig } from '../../src/config.ts';

/** Where a set of the sample data lies; null, said on the console, where it is absent: its tests are skipped. */
export function sampleSet(folder: string): string | null {
  const path = join(readConfig(process.env).runtime.sampleDataDir, folder);
  if (existsSync(path)) return path;
  console.warn(`Skipped: ${path} is absent. Set PUNOS_SAMPLE_DATA to where the sample data is.`);
  return null;
}
