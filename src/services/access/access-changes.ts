import type { AccessAct } from '../../values/access-acts.ts';
import type { Purpose } from '../../values/consents.ts';
import { newId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { Right } from '../../values/rights.ts';
import type { Role } from '../../values/vocabulary.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { requireRight } from './role-rights.ts';

/** What somebody may. */
export interface Access {
  readonly role: Role;
  readonly scopes: readonly Right[];
  /** Null: those of the role. */
  readonly purposes: readonly Purpose[] | null;
}

/** Who gave or took which access. */
export interface AccessChange {
  readonly id: string;
  readonly at: Date;
  readonly doneBy: string;
  readonly act: AccessAct;
  readonly principal: string;
  readonly roleBefore: Role | null;
  readonly roleAfter: Role | null;
  readonly scopesBefore: readonly Right[] | null;
  readonly scopesAfter: readonly Right[] | null;
  readonly purposesBefore: readonly Purpose[] | null;
  readonly purposesAfter: readonly Purpose[] | null;
}

/** Puts down a change of access in the transaction that makes it. */
export async function noteAccessChange(
  { db: { sql }, viewer }: TransactionScope,
  { act, principal, before, after }: { act: AccessAct; principal: string; before: Access | null; after: Access | null },
): Promise<void> {
  await sql`
    insert into access_changes (id, at, done_by, act, principal, role_before, role_after, scopes_before, scopes_after, purposes_before,
      purposes_after)
    values (${newId('accessChange')}, clock_timestamp(), ${viewer.principal}, ${act}, ${principal}, ${before?.role ?? null}, ${after?.role ?? null},
      ${before ? (before.scopes as string[]) : null}, ${after ? (after.scopes as string[]) : null},
      ${(before?.purposes ?? null) as string[] | null}, ${(after?.purposes ?? null) as string[] | null})`;
}

/** Changes of access, newest first: all, or those of one principal. */
export async function listAccessChanges(
  scope: Scope,
  { principal }: { readonly principal: string | null },
  page: PageRequest,
): Promise<Page<AccessChange>> {
  requireRight(scope.viewer, 'access:read');
  const { sql } = scope.db;
  const rows = await sql<AccessChange[]>`
    select id, at, done_by, act, principal, role_before, role_after, scopes_before, scopes_after, purposes_before, purposes_after
    from access_changes
    where ${principal === null ? sql`true` : sql`principal = ${principal}`}
      and ${page.after ? sql`(at, id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by at desc, id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, ({ at, id }) => ({ at, id }));
}
