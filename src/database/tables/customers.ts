import { sql } from 'drizzle-orm';
import { boolean, doublePrecision, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/** A person as they arrived. Rows never move; person links say who is one person now. */
export const customers = pgTable(
  'customers',
  {
    id: idText('id').primaryKey(),
    displayName: text('display_name'),
    givenName: text('given_name'),
    familyName: text('family_name'),
    /** BCP 47, as stated or detected. */
    language: text('language'),
    market: text('market'),
    timeZone: text('time_zone'),
    preferredChannel: word('preferred_channel'),
    /** { line1, line2, postalCode, city, region, country } as given. */
    address: jsonb('address'),
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
    /** What the person wants besides channel and language, and who said so: { quietHours, doNotContact, statedAt, statedBy, statedByRole }. */
    preferences: jsonb('preferences'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('customers_newest').on(table.createdAt, table.id),
    index('customers_of_market').on(table.market, table.createdAt, table.id),
    index('customers_of_language').on(table.language, table.createdAt, table.id),
    index('customers_of_channel')
      .on(table.preferredChannel, table.createdAt, table.id)
      .where(sql`preferred_channel is not null`),
  ],
);

/** Earlier profiles, erasable with the person: what was known at a moment. The current one has no validTo. */
export const customerVersions = pgTable(
  'customer_versions',
  {
    customerId: idText('customer_id').notNull(),
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    profile: jsonb('profile').notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.validFrom] })],
);

/** One identifier of a customer. `normalized` is what is compared; `value` stays as it came. */
export const identities = pgTable(
  'identities',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    kind: word('kind').notNull(),
    value: text('value').notNull(),
    /** Compared by bytes, so that one index finds an identity and those that begin like it. */
    normalized: idText('normalized').notNull(),
    verified: boolean('verified').notNull().default(false),
    source: text('source').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (table) => [
    uniqueIndex('identities_kind_normalized').on(table.kind, table.normalized),
    index('identities_customer').on(table.customerId, table.firstSeenAt, table.id),
    // People say the end of a phone number: without the country, in any writing.
    index('identities_phone_tail')
      .on(sql`reverse(normalized)`)
      .where(sql`kind = 'phone'`),
  ],
);

/** Members of a person besides the person's own row. A customer without a link is a person alone. */
export const personLinks = pgTable(
  'person_links',
  {
    memberId: idText('member_id')
      .primaryKey()
      .references(() => customers.id),
    personId: idText('person_id')
      .notNull()
      .references(() => customers.id),
    linkedAt: moment('linked_at').notNull(),
  },
  (table) => [index('person_links_person').on(table.personId)],
);

/**
 * The words of a name as search compares them (see words-of.ts). A row a word instead of an index over names: however common a word
 * is, the rows of a page stand next to each other.
 */
export const customerWords = pgTable(
  'customer_words',
  {
    customerId: idText('customer_id').notNull(),
    word: idText('word').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.word] }),
    index('customer_words_word').on(table.word, table.customerId),
  ],
);

/** What a source says of a customer beside the profile. The current value of a key has no validTo; a null value says that it was taken back. */
export const customerTraits = pgTable(
  'customer_traits',
  {
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    key: idText('key').notNull(),
    /** By the source's clock. */
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    /** A JSON text, number or boolean; a moment is its ISO text. */
    value: jsonb('value'),
    kind: word('kind').notNull(),
    source: text('source').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.key, table.validFrom] }),
    index('customer_traits_newest').on(table.customerId, table.validFrom, table.key),
    index('customer_traits_current')
      .on(table.customerId)
      .where(sql`valid_to is null`),
  ],
);
