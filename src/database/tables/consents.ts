import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { customers } from './customers.ts';
import { messages } from './messages.ts';

/** What a person agreed to, and every earlier answer of theirs. The present one has no validTo. */
export const consents = pgTable(
  'consents',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    purpose: word('purpose').notNull(),
    /** Null: whatever the channel. */
    channel: word('channel'),
    /** Whose law it was asked under: ISO 3166-1, ISO 3166-2 or EU. Null: wherever. */
    jurisdiction: text('jurisdiction'),
    state: word('state').notNull(),
    optInLevel: word('opt_in_level').notNull(),
    /** Where the person said so: a form, a till, a channel. */
    source: text('source').notNull(),
    /** What shows that they did, in the words of the source. */
    proof: text('proof'),
    /** The message in which they did. */
    messageId: idText('message_id'),
    /** Who told us. */
    statedBy: text('stated_by').notNull(),
    statedByRole: word('stated_by_role').notNull(),
    /** By the source's clock; an answer that is to count at once comes after all that were known. */
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    unique('consents_once')
      .on(table.customerId, table.purpose, table.channel, table.jurisdiction, table.validFrom)
      .nullsNotDistinct(),
    index('consents_newest').on(table.customerId, table.validFrom, table.id),
    index('consents_current')
      .on(table.customerId)
      .where(sql`valid_to is null`),
  ],
);

/** By which rules data is shown of who said nothing yet. The highest version counts; earlier ones stay. Without any, nobody has to agree first. */
export const consentRuleSets = pgTable('consent_rule_sets', {
  version: integer('version').primaryKey(),
  rules: jsonb('rules').notNull(),
  note: text('note'),
  setAt: moment('set_at').notNull(),
  setBy: text('set_by').notNull(),
});

/** Messages that nobody asked for and that no notice tells: what a person was advertised, so that nobody is written to twice about one thing, or too often. */
export const outreaches = pgTable(
  'outreaches',
  {
    messageId: idText('message_id')
      .primaryKey()
      .references(() => messages.id),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    purpose: word('purpose').notNull(),
    /** What it is about, in the words of whoever sends: a campaign. */
    about: text('about').notNull(),
    /** Of which order. Null: of none, or nobody said. */
    orderId: idText('order_id'),
    writtenAt: moment('written_at').notNull(),
  },
  (table) => [
    index('outreaches_newest').on(table.customerId, table.writtenAt),
    index('outreaches_about').on(table.customerId, table.about),
  ],
);
