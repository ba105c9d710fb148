import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { appliedHashes } from '../database/migrate.ts';
import type { Sql } from '../database/open-database.ts';
import { singleConnection } from '../database/single-connection.ts';
import { CountedBytes } from './counted-bytes.ts';
import { attachmentsOf, manifestFile, tableFile, type Manifest, type TableFile } from './manifest.ts';
import { tablesInOrder, type TableShape } from './table-order.ts';

interface Options {
  /** The application's way into the database. */
  readonly databaseUrl: string;
  /** Where the attachments lie; they are copied when the directory is there. */
  readonly attachmentsDir: string;
  /** The directory to make. Refused when something is there already. */
  readonly directory: string;
  readonly onTable: (table: TableFile, done: number, total: number) => void;
}

/**
 * Copies everything, as it was at one moment, into a directory that appears whole or not at all. The server goes on meanwhile. Jobs are
 * not in it: what is due is told by the rows themselves.
 */
export async function writeBackup(options: Options): Promise<Manifest> {
  const { directory } = options;
  if (existsSync(directory)) throw new Error(`${directory} is there already. Name a directory that is not there yet.`);
  const draft = `${directory}.partial`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(`${draft}/tables`, { recursive: true, mode: 0o700 });
  const connection = singleConnection(options.databaseUrl, 'punos backup');
  try {
    const inside = await connection.begin('isolation level repeatable read read only', async (sql) => {
      await sql`set local statement_timeout = 0`;
      return { migrations: await appliedHashes(sql), tables: await copyTables(sql, draft, options.onTable) };
    });
    // After the rows: every file that a row of that moment names was there before.
    const attachmentFiles = await copyAttachments(options.attachmentsDir, attachmentsOf(draft));
    const manifest: Manifest = {
      format: 'punos-backup',
      version: 1,
      madeAt: new Date().toISOString(),
      ...inside,
      attachmentFiles,
    };
    await writeFile(manifestFile(draft), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, directory);
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await connection.end({ timeout: 5 });
  }
}

async function copyTables(sql: Sql, draft: string, onTable: Options['onTable']): Promise<TableFile[]> {
  const shapes = await tablesInOrder(sql);
  if (shapes.length === 0) throw new Error('There is nothing of Punos in this database. Run `npm run migrate` first.');
  const files: TableFile[] = [];
  for (const shape of shapes) {
    const file = await copyTable(sql, draft, shape);
    files.push(file);
    onTable(file, files.length, shapes.length);
  }
  return files;
}

async function copyTable(sql: Sql, draft: string, { name, columns }: TableShape): Promise<TableFile> {
  const counted = new CountedBytes();
  const rows = await sql`copy (select ${sql(columns)} from ${sql(name)}) to stdout`.readable();
  await pipeline(rows, counted, createGzip({ level: 4 }), createWriteStream(tableFile(draft, name), { mode: 0o600 }));
  return { name, columns, rows: counted.lines, bytes: counted.bytes, sha256: counted.sha256() };
}

/** Answers how many files there are. */
async function copyAttachments(from: string, to: string): Promise<number> {
  if (!existsSync(from)) return 0;
  await cp(from, to, { recursive: true, preserveTimestamps: true });
  const entries = await readdir(to, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
