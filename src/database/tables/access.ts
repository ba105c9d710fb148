import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word } from './columns.ts';

/** API keys. The secret is never stored: SHA-256 of 256 random bits, and a prefix that people can tell apart. */
export const apiKeys = pgTable('api_keys', {
  id: idText('id').primaryKey(),
  name: text('name').notNull(),
  prefix: text('prefix').notNull(),
  hash: bytes('hash').notNull().unique(),
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
