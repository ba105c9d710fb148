import type { Sql } from '../../database/open-database.ts';

/** Columns of levels (alias `l`), all but the SKU. */
export const levelColumns = (sql: Sql) => sql`
  l.variant_id, l.location_id, l.on_hand, l.committed, l.held, l.incoming, l.safety, l.damaged, l.incoming_at, l.as_of`;
