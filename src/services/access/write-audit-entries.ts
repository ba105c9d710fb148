import type { Sql } from '../../database/open-database.ts';
import type { AuditAct } from '../../values/audit.ts';
import type { Purpose } from '../../values/consents.ts';
import type { DataClass } from '../../values/personal-classes.ts';
import type { Role } from '../../values/vocabulary.ts';

/** A row before it has its number. */
export interface AuditDraft {
  /** When it was, of what is written later. Absent: now, by the database's clock. */
  readonly at?: string;
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

/** Audit rows with the numbers that they have for good. */
export interface NumberedDrafts {
  /** The process whose numbers these are. */
  readonly process: string;
  /** The number of the first; each other has the next. */
  readonly first: number;
  readonly drafts: readonly AuditDraft[];
}

/**
 * Adds those of the rows that are not there, in one statement of one shape; answers how many these were. Of rows that were kept elsewhere it is not
 * known whether an earlier try came through.
 */
export async function writeAuditEntries(sql: Sql, { process, first, drafts }: NumberedDrafts): Promise<number> {
  const { count } = await sql`
    insert into audit_entries (process, number, at, act, viewer, role, speaks_for, purposes, data_classes, subjects, stream, versions, repeat_of, repeats)
    select ${process}, ${first}::bigint + d.ordinality - 1, coalesce(at, clock_timestamp()), act, viewer, role, "speaksFor", purposes, "dataClasses", subjects, stream,
      versions, "repeatOf", repeats
    from rows from (jsonb_to_recordset((${JSON.stringify(drafts)}::text)::jsonb) as (at timestamptz, act text, viewer text, role text, "speaksFor" text,
      purposes text[], "dataClasses" text[], subjects text[], stream text, versions bigint[], "repeatOf" bigint, repeats integer)) with ordinality as d
    on conflict (process, number) do nothing`;
  return count;
}

/** The number of the newest row that a process wrote; 0: it wrote none. */
export async function newestAuditNumber(sql: Sql, process: string): Promise<number> {
  const [row] = await sql<{ number: number }[]>`
    select coalesce(max(number), 0)::bigint as number from audit_entries where process = ${process}`;
  return row!.number;
}
