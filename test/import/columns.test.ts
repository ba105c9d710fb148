import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { columnTable } from '../../src/import/tables/kind.ts';
import { KINDS } from '../../src/import/tables/kinds.ts';

test.each(KINDS.map((kind) => [kind.name, kind] as const))(
  'the guide names the columns of %s as the code has them',
  (_, kind) => {
    // Widths of the columns are prettier's.
    const plain = (table: string) => table.replaceAll(/ {2,}/g, ' ').replaceAll(/-{2,}/g, '--');
    const guide = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8');
    expect(plain(guide)).toContain(plain(columnTable(kind)));
  },
);
