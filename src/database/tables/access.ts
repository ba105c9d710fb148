import { sql } from 'drizzle-orm';
import { doublePrecision, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word } from './columns.ts';

/** API keys. The secret is never stored: SHA-256 of 256 random bits, and a prefix that people can tell apart. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: idText('id').primaryKey(),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    hash: bytes('hash').notNull().unique(),
    /** The secret before, as long as it works beside the new one. */
    earlierHash: bytes('earlier_hash').unique(),
    earlierUntil: moment('earlier_until'),
    role: word('role').notNull(),
    /** Rights the key may use; an empty list means none. */
    scopes: text('scopes').array().notNull(),
    /** What the key uses personal data for. Null: whatever its role does; an empty list: nothing. */
    purposes: text('purposes').array(),
    /** Who the key speaks for, by role: an agent, a partner or a customer; null otherwise. */
    agentId: idText('agent_id'),
    partnerId: idText('partner_id'),
    customerId: idText('customer_id'),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    /** Some minute in which it was used last. Null: it never was. */
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [
    // Whether there is one at all, among the keys of everybody.
    index('api_keys_bots')
      .on(table.id)
      .where(sql`role = 'bot' and revoked_at is null`),
  ],
);

/** Who gave or took which access, written with the change itself. The application may add rows and nothing else (grants.ts). */
export const accessChanges = pgTable(
  'access_changes',
  {
    id: idText('id').primaryKey(),
    at: moment('at').notNull(),
    /** Principal of who did it. */
    doneBy: text('done_by').notNull(),
    act: word('act').notNull(),
    /** Whose access it is: a key, or the principal of a token. */
    principal: idText('principal').notNull(),
    /** What it was and is; null where the act says nothing of it. */
    roleBefore: word('role_before'),
    roleAfter: word('role_after'),
    scopesBefore: text('scopes_before').array(),
    scopesAfter: text('scopes_after').array(),
    purposesBefore: text('purposes_before').array(),
    purposesAfter: text('purposes_after').array(),
  },
  (table) => [
    index('access_changes_at').on(table.at, table.id),
    index('access_changes_principal').on(table.principal, table.at, table.id),
  ],
);

/** What is left of the points of callers who asked for something lately; all processes settle with it. Losing it gives everybody a full bucket. */
export const costBudgets = pgTable('cost_budgets', {
  principal: idText('principal').primaryKey(),
  /** At that moment. Below zero: several processes gave more than there was. */
  points: doublePrecision('points').notNull(),
  maximum: doublePrecision('maximum').notNull(),
  perSecond: doublePrecision('per_second').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull(),
});

/** Revoked principals (subjects of tokens): tokens issued up to this moment are dead. */
export const viewerRevocations = pgTable('viewer_revocations', {
  principal: text('principal').primaryKey(),
  revokedAt: moment('revoked_at').notNull(),
  revokedBy: text('revoked_by').notNull(),
});

/** What a mutation with a key did, stored with its effect: the key as a keyed hash, ids or refusal. No personal data. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    principal: text('principal').notNull(),
    mutation: text('mutation').notNull(),
    key: text('key').notNull(),
    inputDigest: bytes('input_digest').notNull(),
    result: jsonb('result').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.principal, table.mutation, table.key] }),
    index('idempotency_keys_created_at').on(table.createdAt),
  ],
);
