import type { Sql } from '../../src/database/open-database.ts';

export interface Told {
  type: string;
  streams: string[];
  versions: number[];
  topics: string[];
  details: Record<string, unknown>;
}

/** What the journal tells, in order. */
export const journalOf = async (sql: Sql, stream?: string): Promise<Told[]> => [
  ...(await sql<Told[]>`
    select type, streams, versions, topics, details from events
    where ${stream ? sql`streams @> array[${stream}]` : sql`true`} order by position`),
];

/** Rows of the tables a conversation stands in, to see that a refused act changed nothing. */
export async function rowCounts(sql: Sql): Promise<Record<string, number>> {
  const [row] = await sql<Record<string, number>[]>`
    select (select count(*)::int from customers) as customers, (select count(*)::int from identities) as identities,
      (select count(*)::int from endpoints) as endpoints, (select count(*)::int from conversations) as conversations,
      (select count(*)::int from legs) as legs, (select count(*)::int from messages) as messages,
      (select count(*)::int from routing_decisions) as decisions, (select count(*)::int from events) as events`;
  return row!;
}
