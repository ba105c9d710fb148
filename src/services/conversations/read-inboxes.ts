import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { inboxColumns, type Inbox } from './conversation.ts';

/** Inboxes in the order asked; null: absent. They are ours and nobody's secret: who may read conversations may read them. */
export async function inboxesByIds(scope: Scope, ids: readonly string[]): Promise<(Inbox | null)[]> {
  requireRight(scope.viewer, 'conversations:read');
  const { sql } = scope.db;
  const rows = await sql<Inbox[]>`
    select ${inboxColumns(sql)} from inboxes i where i.id = any (${ids as string[]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Inboxes, the one made last first. */
export async function listInboxes(scope: Scope, request: PageRequest): Promise<Page<Inbox>> {
  requireRight(scope.viewer, 'conversations:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<Inbox[]>`
    select ${inboxColumns(sql)} from inboxes i
    where ${after ? sql`(i.created_at, i.id) < (${after.at}, ${after.id})` : sql`true`}
    order by i.created_at desc, i.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (inbox) => ({ at: inbox.createdAt, id: inbox.id }));
}
