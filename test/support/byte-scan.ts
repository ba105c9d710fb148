import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Sql } from '../../src/database/open-database.ts';

/** How a text may stand in bytes: as it is, as base64 wherever it begins in three bytes, as hex of either case. */
function writings(canary: string): Buffer[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(canary)]).toString('base64');
    // Without the characters that its neighbours have a part in.
    return text.slice(before === 0 ? 0 : before + 1).replace(/.?=+$/, '');
  });
  const hex = Buffer.from(canary).toString('hex');
  return [canary, canary.toLowerCase(), canary.toUpperCase(), ...base64, hex, hex.toUpperCase()].map((each) =>
    Buffer.from(each),
  );
}

/** What was removed since it was listed has nothing in it. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** A look for canaries in bytes of any kind. */
export function canaryScan(canaries: readonly string[]) {
  const wanted = canaries.map((canary) => ({ canary, forms: writings(canary) }));
  const inBytes = (bytes: Buffer) =>
    wanted.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ canary }) => canary);

  return {
    inBytes,
    /** Of every table of every schema, of statistics too: `table: canary`. */
    async inRows(sql: Sql): Promise<string[]> {
      const tables = await sql<{ schema: string; name: string }[]>`
        select schemaname as schema, tablename as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`;
      const found: string[] = [];
      for (const { schema, name } of tables) {
        const rows = await sql<{ text: string }[]>`select t::text as text from ${sql(schema)}.${sql(name)} t`;
        const bytes = Buffer.from(rows.map(({ text }) => text).join('\n'));
        found.push(...inBytes(bytes).map((canary) => `${schema}.${name}: ${canary}`));
      }
      return found;
    },
    /** Of everything below a directory: `file: canary`. */
    inFiles(directory: string): string[] {
      return readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .flatMap(({ parentPath, name }) => {
          const path = join(parentPath, name);
          return inBytes(contentOf(path)).map((canary) => `${path}: ${canary}`);
        });
    },
  };
}
