import { createHmac } from 'node:crypto';

import type { Sql } from '../../database/open-database.ts';

/** What makes this installation itself. */
export interface Installation {
  /** Name of the database's life: another one after a restore from a backup. */
  readonly epoch: string;
  /** Key of cursors, digests and hashes. Never leaves the process. */
  readonly secret: Buffer;
}

/** Reads the installation's row. Throws when the database was never migrated. */
export async function readInstallation(sql: Sql): Promise<Installation> {
  const [row] = await sql<Installation[]>`select epoch, secret from installation where id = 1`;
  if (!row) throw new Error('The database has no installation row: run `npm run migrate`.');
  return row;
}

/** A keyed hash for texts that must not stand in the open (source ids, subjects of tokens): 128 bits, base64url. */
export function keyedHash(installation: Installation, purpose: string, text: string): string {
  return createHmac('sha256', installation.secret).update(`${purpose}\n`).update(text).digest('base64url').slice(0, 22);
}
