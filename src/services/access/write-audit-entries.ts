import type { Sql } from '../../database/open-database.ts';
import type { AuditAct } from '../../values/audit.ts';
import type { Purpose } from '../../values/consents.ts';
import type { DataClass } from '../../values/personal-classes.ts';
import type { Role } from '../../values/vocabulary.ts';

/** A row before it has its number. */
export interface AuditDraft {
  readonly act: AuditAct | 'repeated';
  readonly viewer?: string;
  readonly role?: Role;
  readonly speaksFor?: string | null;
  readonly purposes?: readonly Purpose[];
  readonly dataClasses?: readonly DataClass[];
  readonly subjects: readonly string[];
  readonly stream?: string;
  readonly versions?: readonly (number | null)[];
  readonly repeatOf?: number;
  readonly repeats?: number;
}

/** Adds rows, numbered from `first` on, in one statement of one shape. */
export async function writeAuditEntries(
  sql: Sql,
  { process, first }: { readonly process: string; readonly first: number },
  drafts: readonly AuditDraft[],
): Promise<void> {
  await sql`
    insert into audit_entries (process, number, at, act, viewer, role, speaks_for, purposes, data_classes, subjects, stream, versions, repeat_of, repeats)
    select ${process}, ${first}::bigint + d.ordinality - 1, clock_timestamp(), act, viewer, role, "speaksFor", purposes, "dataClasses", subjects, stream, versions,
      "repeatOf", repeats
    from rows from (jsonb_to_recordset((${JSON.stringify(drafts)}::text)::jsonb) as (act text, viewer text, role text, "speaksFor" text, purposes text[],
      "dataClasses" text[], subjects text[], stream text, versions bigint[], "repeatOf" bigint, repeats integer)) with ordinality as d`;
}

/** The number of the newest row that a process wrote; 0: it wrote none. */
export async function newestAuditNumber(sql: Sql, process: string): Promise<number> {
  const [row] = await sql<{ number: number }[]>`
    select coalesce(max(number), 0)::bigint as number from audit_entries where process = ${process}`;
  return row!.number;
}
