import type { Sql } from '../../database/open-database.ts';
import { newId } from '../../values/ids.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { REMOVE_QUEUE } from './attachment-jobs.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { lockBytes } from './lock-bytes.ts';

const BATCH = 500;

/** Removes all attachments of these customers, in the transaction that erases them; the bytes follow the commit. Answers how many there were. */
export async function eraseAttachments(tx: TransactionScope, customerIds: readonly string[]): Promise<number> {
  const { sql } = tx.db;
  const rows = await sql<{ sha256: string | null }[]>`
    delete from attachments where customer_id = any(${customerIds as string[]}) returning sha256`;
  await removeLater(
    tx,
    rows.map(({ sha256 }) => sha256),
  );
  return rows.length;
}

/** Removes a batch of uploads from before a moment that no message took. */
export async function forgetUnattached(
  tx: TransactionScope,
  before: Date,
): Promise<{ removed: number; isDone: boolean }> {
  const { sql } = tx.db;
  const rows = await sql<{ sha256: string | null }[]>`
    delete from attachments where id in (
      select id from attachments where message_id is null and id < ${newId('attachment', before.getTime())}
      order by id limit ${BATCH} for update skip locked)
    returning sha256`;
  await removeLater(
    tx,
    rows.map(({ sha256 }) => sha256),
  );
  return { removed: rows.length, isDone: rows.length < BATCH };
}

/** After the commit the bytes are removed, unless another row names them: by a job, so that no crash leaves them. */
export async function removeLater(tx: TransactionScope, hashes: readonly (string | null)[]): Promise<void> {
  for (const sha256 of new Set(hashes.filter((hash) => hash !== null)))
    await tx.db.enqueue(tx.db.sql, { queue: REMOVE_QUEUE, data: { sha256 }, group: 'bytes', startAfter: null });
}

/** Removes bytes unless a row names them. */
export async function removeUnnamed({ db }: Pick<Scope, 'db'>, store: AttachmentStore, sha256: string): Promise<void> {
  await db.begin(async (sql) => {
    await lockBytes(sql, sha256, 'alone');
    const named = await sql`select 1 from attachments where sha256 = ${sha256} limit 1`;
    if (named.length === 0) await store.remove(sha256);
  });
}

/** Removes bytes from before a moment that no row names: of transactions that were rolled back, of processes that died. */
export async function sweepBytes(scope: Pick<Scope, 'db'>, store: AttachmentStore, before: Date): Promise<number> {
  let removed = 0;
  for await (const hashes of store.settledBefore(before)) {
    const unnamed = await namelessIn(scope.db.sql, hashes);
    for (const sha256 of unnamed) await removeUnnamed(scope, store, sha256);
    removed += unnamed.length;
  }
  return removed;
}

async function namelessIn(sql: Sql, hashes: readonly string[]): Promise<string[]> {
  const rows = await sql<{ sha256: string }[]>`
    select asked.sha256 from unnest(${hashes as string[]}::text[]) as asked(sha256)
    where not exists (select 1 from attachments a where a.sha256 = asked.sha256)`;
  return rows.map(({ sha256 }) => sha256);
}
