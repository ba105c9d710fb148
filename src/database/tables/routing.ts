import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';

import { agents } from './agents.ts';
import { idText, moment } from './columns.ts';
import { conversations } from './conversations.ts';

/** Who was chosen and why: the record, not the log. */
export const routingDecisions = pgTable(
  'routing_decisions',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** The conversation's, so that a person's timeline finds it by one index. */
    customerId: idText('customer_id').notNull(),
    decidedAt: moment('decided_at').notNull(),
    chosenAgentId: idText('chosen_agent_id').references(() => agents.id),
    /** Skills asked for with their weight: [{ skill, weight, source }]. */
    requirements: jsonb('requirements').notNull(),
    /** The best 20: [{ agentId, score, matched, missing, load, capacity, rejectedBecause }]. */
    candidates: jsonb('candidates').notNull(),
    /** Everybody else, counted by reason: { offline: 3, full: 1 }. */
    othersByReason: jsonb('others_by_reason').notNull(),
    explanation: text('explanation').notNull(),
  },
  (table) => [
    index('routing_decisions_conversation').on(table.conversationId, table.decidedAt, table.id),
    index('routing_decisions_customer').on(table.customerId, table.decidedAt, table.id),
    index('routing_decisions_newest').on(table.decidedAt, table.id),
  ],
);
