import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { locations } from './inventory.ts';

/** Who sees some orders: a carrier, a marketplace, a store chain. */
export const partners = pgTable('partners', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  kind: word('kind').notNull(),
  createdAt: moment('created_at').notNull(),
});

/** Stores of a chain: what is worked on there is among the orders that the partner sees. */
export const partnerLocations = pgTable(
  'partner_locations',
  {
    partnerId: idText('partner_id')
      .notNull()
      .references(() => partners.id),
    locationId: idText('location_id')
      .notNull()
      .references(() => locations.id),
  },
  (table) => [
    primaryKey({ columns: [table.partnerId, table.locationId] }),
    index('partner_locations_location').on(table.locationId),
  ],
);
