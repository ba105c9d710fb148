import type { ErasureId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { type Erasure, erasureColumns } from './erasure.ts';

/** Certificates of erasures, the newest first. */
export async function listErasures(scope: Scope, request: PageRequest): Promise<Page<Erasure>> {
  requireRight(scope.viewer, 'erasures:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<Erasure[]>`
    select ${erasureColumns(sql)} from erasures e
    where ${after ? sql`(e.erased_at, e.id) < (${after.at}, ${after.id})` : sql`true`}
    order by e.erased_at desc, e.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, ({ erasedAt, id }) => ({ at: erasedAt, id }));
}

/** One of them, or null. */
export async function erasureById(scope: Scope, id: string): Promise<Erasure | null> {
  requireRight(scope.viewer, 'erasures:read');
  const { sql } = scope.db;
  const [row] = await sql<Erasure[]>`select ${erasureColumns(sql)} from erasures e where e.id = ${id}`;
  return row ?? null;
}

/** Those that are not complete yet, the oldest first. */
export async function openErasures(scope: Scope): Promise<ErasureId[]> {
  requireRight(scope.viewer, 'erasures:read');
  const rows = await scope.db.sql<{ id: ErasureId }[]>`
    select id from erasures where completed_at is null order by erased_at, id limit 100`;
  return rows.map(({ id }) => id);
}
