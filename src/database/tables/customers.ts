import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

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

/** One identifier of a customer. What is compared is made from `normalized`; `value` stays as it came. */
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
    /** What is equal for all writings that mean the same (src/values/match-key.ts). Null: `normalized` is. */
    matchKey: idText('match_key'),
    verified: boolean('verified').notNull().default(false),
    /** 0 to 1: how sure it is that this identifier is this person's, by how it came. */
    confidence: real('confidence').notNull().default(0.8),
    source: text('source').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (table) => [
    uniqueIndex('identities_kind_normalized').on(table.kind, table.normalized),
    uniqueIndex('identities_kind_match_key').on(table.kind, sql`coalesce(match_key, normalized)`),
    index('identities_customer').on(table.customerId, table.firstSeenAt, table.id),
    // People say the end of a phone number: without the country, in any writing.
    index('identities_phone_tail')
      .on(sql`reverse(normalized)`)
      .where(sql`kind = 'phone'`),
  ],
);

/**
 * An identifier that came with somebody and was not taken as theirs, and why: evidence for whoever wonders, and what kiosks and office
 * numbers are known by. One row for a customer and an identifier, however often it came.
 */
export const droppedIdentities = pgTable(
  'dropped_identities',
  {
    id: idText('id').primaryKey(),
    /** Whom the rest of the event was of. */
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    kind: word('kind').notNull(),
    value: text('value').notNull(),
    /** As for identities; what cannot be compared is here as it came. */
    matchKey: idText('match_key').notNull(),
    /** True when the source vouched for it. */
    verified: boolean('verified').notNull(),
    reason: word('reason').notNull(),
    /** Whether the customer was known by something else: only they count against the limit of persons who share a value. */
    isOfKnown: boolean('is_of_known').notNull(),
    source: text('source').notNull(),
    rulesVersion: integer('rules_version').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (table) => [
    uniqueIndex('dropped_identities_of_customer').on(table.customerId, table.kind, table.matchKey),
    index('dropped_identities_newest').on(table.customerId, table.lastSeenAt, table.id),
    index('dropped_identities_shared').on(table.kind, table.matchKey, table.lastSeenAt),
  ],
);

/** An identifier that was a customer's until somebody else had it: a phone number that was given out again. */
export const formerIdentities = pgTable(
  'former_identities',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    kind: word('kind').notNull(),
    value: text('value').notNull(),
    normalized: idText('normalized').notNull(),
    verified: boolean('verified').notNull(),
    source: text('source').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
    endedAt: moment('ended_at').notNull(),
  },
  (table) => [index('former_identities_customer').on(table.customerId, table.endedAt)],
);

/** By which rules identifiers tell persons apart. The highest version counts; earlier ones stay. Version 0 is shipped with the code. */
export const identityRuleSets = pgTable('identity_rule_sets', {
  version: integer('version').primaryKey(),
  rules: jsonb('rules').notNull(),
  note: text('note'),
  setAt: moment('set_at').notNull(),
  setBy: text('set_by').notNull(),
});

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
    /** Whom it was joined with, where that is itself a member by now: it leaves with that one. Null: the person. */
    intoId: idText('into_id').references(() => customers.id),
  },
  (table) => [
    index('person_links_person').on(table.personId),
    index('person_links_into')
      .on(table.intoId)
      .where(sql`into_id is not null`),
  ],
);

/** Who was made one person with whom, by whom and why, and when that was taken back. Links are what counts now, this is the trace. */
export const merges = pgTable(
  'merges',
  {
    id: idText('id').primaryKey(),
    /** The person that went on. */
    personId: idText('person_id')
      .notNull()
      .references(() => customers.id),
    /** The person that it took in. */
    mergedId: idText('merged_id')
      .notNull()
      .references(() => customers.id),
    reason: word('reason').notNull(),
    /** 0 to 1, of a proposal. Null: nobody estimated it. */
    confidence: doublePrecision('confidence'),
    mergedAt: moment('merged_at').notNull(),
    /** Principal. */
    mergedBy: text('merged_by').notNull(),
    /** Both null: it stands. */
    unmergedAt: moment('unmerged_at'),
    unmergedBy: text('unmerged_by'),
  },
  (table) => [
    index('merges_person').on(table.personId, table.mergedAt, table.id),
    index('merges_merged').on(table.mergedId),
    uniqueIndex('merges_standing')
      .on(table.mergedId)
      .where(sql`unmerged_at is null`),
  ],
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

/** Two whom somebody said, or parted, to be two persons: nobody proposes them again, and nothing merges them by itself. */
export const keptApart = pgTable(
  'kept_apart',
  {
    /** The smaller id of the two. */
    oneId: idText('one_id')
      .notNull()
      .references(() => customers.id),
    otherId: idText('other_id')
      .notNull()
      .references(() => customers.id),
    decidedAt: moment('decided_at').notNull(),
    /** Principal. */
    decidedBy: text('decided_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.oneId, table.otherId] }), index('kept_apart_other').on(table.otherId)],
);

/** Under which keys a person is looked for among others who may be the same: hashes, so that they say nothing of their own. */
export const matchKeys = pgTable(
  'match_keys',
  {
    customerId: idText('customer_id').notNull(),
    key: bigint('key', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.customerId] }),
    index('match_keys_customer').on(table.customerId),
  ],
);

/** What was learned of the stored persons: how much each field says. The newest counts. */
export const matchWeights = pgTable('match_weights', {
  version: integer('version').primaryKey(),
  /** Persons that there were. */
  personCount: integer('person_count').notNull(),
  weights: jsonb('weights').notNull(),
  /** Values that many have, by a hash: [hash, how many]. */
  commonValues: jsonb('common_values').notNull(),
  /** Persons whose values were counted. */
  countedPersons: integer('counted_persons').notNull(),
  learnedAt: moment('learned_at').notNull(),
});

/** Place in the journal up to which persons who changed were compared: one row. */
export const matchPlace = pgTable('match_place', {
  id: integer('id').primaryKey(),
  cursor: text('cursor').notNull(),
});

/** How far the walk over everybody is that looks for persons who are one: one row, while it is under way. */
export const matchWalk = pgTable('match_walk', {
  id: integer('id').primaryKey(),
  step: word('step').notNull(),
  /** The last id or key of the step that was looked at. */
  place: text('place').notNull(),
  /** Compared is only whom a merge has changed since then. Null: everybody. */
  changedSince: moment('changed_since'),
  begunAt: moment('begun_at').notNull(),
});

/** Pairs that the walk has found and not settled yet. */
export const matchCandidates = pgTable(
  'match_candidates',
  {
    oneId: idText('one_id').notNull(),
    otherId: idText('other_id').notNull(),
    /** 0 to 1. */
    confidence: doublePrecision('confidence').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.oneId, table.otherId] }),
    index('match_candidates_other').on(table.otherId),
    index('match_candidates_best').on(table.confidence, table.oneId, table.otherId),
  ],
);

/** Two persons that may be one, for somebody to decide. */
export const mergeProposals = pgTable(
  'merge_proposals',
  {
    id: idText('id').primaryKey(),
    /** The smaller id of the two. */
    oneId: idText('one_id')
      .notNull()
      .references(() => customers.id),
    otherId: idText('other_id')
      .notNull()
      .references(() => customers.id),
    /** 0 to 1. */
    confidence: doublePrecision('confidence').notNull(),
    /** [{ field, level, bits }]: no values. */
    evidence: jsonb('evidence').notNull(),
    /** They have different strong identifiers that are verified. */
    isContradicted: boolean('is_contradicted').notNull(),
    state: word('state').notNull(),
    weightsVersion: integer('weights_version').notNull(),
    proposedAt: moment('proposed_at').notNull(),
    /** Both null: it is open. */
    decidedAt: moment('decided_at'),
    decidedBy: text('decided_by'),
  },
  (table) => [
    uniqueIndex('merge_proposals_pair').on(table.oneId, table.otherId),
    index('merge_proposals_other').on(table.otherId),
    index('merge_proposals_newest').on(table.proposedAt, table.id),
    index('merge_proposals_of_state').on(table.state, table.proposedAt, table.id),
  ],
);
