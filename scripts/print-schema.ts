import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { CHANNELS } from '../src/channels/channels.ts';
import { printedSchema } from '../src/execution/print-schema.ts';

/**
 * npm run sdl: writes the schema that reviewers read and /schema.graphql serves. With `-- --release` also the one that a release
 * promised: from then on a breaking change against it fails the tests.
 */
const names = ['schema.graphql', ...(process.argv.includes('--release') ? ['schema.released.graphql'] : [])];
for (const name of names)
  writeFileSync(fileURLToPath(new URL(`../src/schema/${name}`, import.meta.url)), printedSchema(CHANNELS));
