import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { membersOf, withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { PERSON_SECTIONS, type PersonSection } from './person-sections.ts';

/** A row as it stands in the database, by the names of its columns. */
export type ExportedRow = Readonly<Record<string, unknown>>;

/** Everything of a person, to be read once from the beginning to the end. */
export interface PersonExport {
  /** The person's own first. */
  readonly customerIds: readonly CustomerId[];
  readonly exportedAt: Date;
  /** Each section with its rows in batches; one batch is in memory at a time. */
  sections(): AsyncIterable<{ readonly section: PersonSection; readonly rows: AsyncIterable<readonly ExportedRow[]> }>;
}

const BATCH = 500;

/**
 * Everything that is kept of a person, and of nobody else. Read in small statements, so that however slowly it is fetched nothing is held;
 * what changes meanwhile may be in it or not. Throws AccessDenied, NOT_FOUND.
 */
export async function exportPerson(scope: Scope, customerId: string): Promise<PersonExport> {
  const ids = await membersWithinReach(scope, customerId);
  if (ids.length === 0)
    throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['customerId']);
  return {
    customerIds: ids,
    exportedAt: scope.now,
    async *sections() {
      for (const section of PERSON_SECTIONS) yield { section, rows: rowsOf(scope, section, ids) };
    },
  };
}

/** Whether there is such a person for the viewer. */
export const isExportable = async (scope: Scope, customerId: string): Promise<boolean> =>
  (await membersWithinReach(scope, customerId)).length > 0;

async function membersWithinReach(scope: Scope, customerId: string): Promise<CustomerId[]> {
  const { sql } = scope.db;
  const rows = await sql<{ id: CustomerId }[]>`
    select m.id from ${membersOf(sql, customerId)} as m(id) join customers c on c.id = m.id
    where ${withinReach(scope, 'exports:read', 'c.id')}`;
  return rows.map(({ id }) => id);
}

/** The rows of a section in the order of their key, each batch behind the one before. */
async function* rowsOf(
  { db: { sql } }: Scope,
  { table, key, isTheirs, without = [] }: PersonSection,
  ids: string[],
): AsyncIterable<readonly ExportedRow[]> {
  const columns = key.map((name) => sql`t.${sql(name)}`).reduce((all, one) => sql`${all}, ${one}`);
  let last: string | null = null;
  for (;;) {
    const after =
      last === null
        ? sql`true`
        : sql`(${columns}) > (select ${columns} from jsonb_populate_record(null::${sql(table)}, ${last}::text::jsonb) t)`;
    const rows: { text: string }[] = await sql<{ text: string }[]>`
      select to_jsonb(t)::text as text from ${sql(table)} t
      where ${isTheirs(sql, ids)} and ${after} order by ${columns} limit ${BATCH}`;
    if (rows.length > 0) yield rows.map(({ text }) => leftOf(JSON.parse(text) as ExportedRow, without));
    if (rows.length < BATCH) return;
    last = rows.at(-1)!.text;
  }
}

const leftOf = (row: ExportedRow, without: readonly string[]): ExportedRow =>
  Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null && !without.includes(name)));
