import { pgTable, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/** Who sees some orders: a carrier, a marketplace, a store chain. */
export const partners = pgTable('partners', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  kind: word('kind').notNull(),
  createdAt: moment('created_at').notNull(),
});
