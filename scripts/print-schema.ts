import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { printedSchema } from '../src/execution/print-schema.ts';

/** npm run sdl: writes the schema that reviewers read and /schema.graphql serves. */
writeFileSync(fileURLToPath(new URL('../src/schema/schema.graphql', import.meta.url)), printedSchema());
