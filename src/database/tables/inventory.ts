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

export const products = pgTable(
  'products',
  {
    id: idText('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    title: text('title').notNull(),
    brand: text('brand'),
    category: text('category'),
    /** Products that are sold together, or for one another, have one word in common. */
    bundle: text('bundle'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('products_category')
      .on(table.category)
      .where(sql`category is not null`),
    index('products_bundle')
      .on(table.bundle)
      .where(sql`bundle is not null`),
  ],
);

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

export const locations = pgTable(
  'locations',
  {
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
    /** Open minutes that it takes to make ready what is picked up here. Null: nobody says. */
    pickupMinutes: integer('pickup_minutes'),
    /** Hours from here to a customer, once it is ready. Null: nobody says. */
    deliveryHours: integer('delivery_hours'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  // Boxes around a buyer. A location of an unknown place is in none.
  () => [index('locations_place').using('gist', sql`point(longitude, latitude)`)],
);

/** Where postal codes are: what people know of where they are. */
export const places = pgTable(
  'places',
  {
    /** ISO 3166, two capital letters. */
    country: text('country').notNull(),
    /** In capitals, without spaces and hyphens. */
    postalCode: text('postal_code').notNull(),
    name: text('name').notNull(),
    /** The name in small letters. */
    nameKey: text('name_key').notNull(),
    latitude: doublePrecision('latitude').notNull(),
    longitude: doublePrecision('longitude').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.country, table.postalCode] }),
    index('places_postal_code').on(table.postalCode, table.country),
    index('places_name').on(table.nameKey, table.country, table.postalCode),
  ],
);

/** Units of a variant at a location now, by name. What can be promised follows from them: src/values/stock-quantities.ts. */
export const stockLevels = pgTable(
  'stock_levels',
  {
    variantId: idText('variant_id')
      .notNull()
      .references(() => variants.id),
    locationId: idText('location_id')
      .notNull()
      .references(() => locations.id),
    onHand: integer('on_hand').notNull().default(0),
    committed: integer('committed').notNull().default(0),
    held: integer('held').notNull().default(0),
    incoming: integer('incoming').notNull().default(0),
    safety: integer('safety').notNull().default(0),
    damaged: integer('damaged').notNull().default(0),
    /** When the next of the incoming units are expected. Null: nobody says. */
    incomingAt: moment('incoming_at'),
    /** Source's clock of the newest count. */
    asOf: moment('as_of').notNull(),
    source: text('source').notNull(),
    /** When what the source told last reached us, and when it was stored. Null: from before these were kept; then it was `updatedAt`. */
    receivedAt: moment('received_at'),
    recordedAt: moment('recorded_at'),
    /** Also when units were held or given back, of which the source tells nothing. */
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.variantId, table.locationId] }),
    index('stock_levels_location').on(table.locationId),
    check('stock_levels_never_below_zero', sql`on_hand >= 0 and held >= 0`),
    check('stock_levels_names_never_below_zero', sql`least(committed, incoming, safety, damaged) >= 0`),
  ],
);

/**
 * The ledger of levels: each change with its reason and its source, and what the level then was. The changes of a level add up to the
 * newest version, which is the level. `validFrom` is the source's clock for counts; a count that came too late stands here
 * alone, closed by the count that was newer, and changes nothing.
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
    committed: integer('committed').notNull().default(0),
    held: integer('held').notNull(),
    incoming: integer('incoming').notNull().default(0),
    safety: integer('safety').notNull().default(0),
    damaged: integer('damaged').notNull().default(0),
    /** Units that came (above 0) and went (below 0), by the name of their quantity. Null: from before the ledger was kept. */
    changes: jsonb('changes'),
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
