import type { PartnerId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Partner } from './partner.ts';

/** Partners by id, in the order asked for; unknown ones are left out. */
export async function readPartners(scope: Scope, ids: readonly PartnerId[]): Promise<Partner[]> {
  requireRight(scope.viewer, 'partners:read');
  return scope.db.sql<Partner[]>`
    select id, external_id, name, kind, created_at from partners
    where id = any(${ids as string[]}) order by array_position(${ids as string[]}, id)`;
}

/** All partners, newest first. */
export async function listPartners(scope: Scope, page: PageRequest): Promise<Page<Partner>> {
  requireRight(scope.viewer, 'partners:read');
  const { sql } = scope.db;
  const rows = await sql<Partner[]>`
    select id, external_id, name, kind, created_at from partners
    where ${page.after ? sql`(created_at, id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by created_at desc, id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (partner) => ({ at: partner.createdAt, id: partner.id }));
}
