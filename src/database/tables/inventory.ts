import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

export const products = pgTable('products', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  title: text('title').notNull(),
  brand: text('brand'),
  category: text('category'),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

export const variants = pgTable(
  'variants',
  {
    id: idText('id').primaryKey(),
    productId: idText('product_id')
      .notNull()
      .references(() => products.id),
    sku: text('sku').notNull().unique(),
    title: text('title').notNull(),
    /** Option name to value, as the catalogue names them. */
    options: jsonb('options').notNull(),
    priceMinor: bigint('price_minor', { mode: 'number' }),
    currency: text('currency'),
  },
  (table) => [index('variants_product').on(table.productId)],
);

export const locations = pgTable('locations', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  kind: word('kind').notNull(),
  address: jsonb('address'),
  latitude: doublePrecision('latitude'),
  longitude: doublePrecision('longitude'),
  timeZone: text('time_zone'),
  /** { timeZone, weekly, holidays }: as business hours of inboxes. */
  openingHours: jsonb('opening_hours'),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

/** Units of a variant at a location now. Available is derived: on hand minus held. */
export const stockLevels = pgTable(
  'stock_levels',
  {
    variantId: idText('variant_id')
      .notNull()
      .references(() => variants.id),
    locationId: idText('location_id')
      .notNull()
      .references(() => locations.id),
    onHand: integer('on_hand').notNull(),
    held: integer('held').notNull().default(0),
    /** Source's clock of the newest count. */
    asOf: moment('as_of').notNull(),
    source: text('source').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.variantId, table.locationId] }),
    index('stock_levels_location').on(table.locationId),
    check('stock_levels_never_below_zero', sql`on_hand >= 0 and held >= 0`),
  ],
);

/**
 * Each change of a level with its reason, current one and earlier ones. `validFrom` is the source's clock for counts; a count that
 * came too late stands here alone, closed by the count that was newer.
 */
export const stockVersions = pgTable(
  'stock_versions',
  {
    /** Many buyers share a millisecond: the order of recording tells them apart. */
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    variantId: idText('variant_id').notNull(),
    locationId: idText('location_id').notNull(),
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    onHand: integer('on_hand').notNull(),
    held: integer('held').notNull(),
    reason: text('reason').notNull(),
    source: text('source').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    index('stock_versions_level').on(table.variantId, table.locationId, table.validFrom, table.id),
    uniqueIndex('stock_versions_current')
      .on(table.variantId, table.locationId)
      .where(sql`valid_to is null`),
  ],
);
