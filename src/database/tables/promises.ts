import { sql } from 'drizzle-orm';
import { index, pgTable, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { conversations } from './conversations.ts';
import { customers } from './customers.ts';
import { orders } from './orders.ts';

/** What somebody here promised a customer, by when, and what became of it. The words are the customer's: they go with the person. */
export const customerPromises = pgTable(
  'customer_promises',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    /** Null: it is about no order. */
    orderId: idText('order_id').references(() => orders.id),
    /** Where it was made. Null: in no conversation. */
    conversationId: idText('conversation_id').references(() => conversations.id),
    kind: word('kind').notNull(),
    text: text('text').notNull(),
    dueAt: moment('due_at').notNull(),
    /** `open`, `overdue`, `kept` or `withdrawn`. */
    state: word('state').notNull(),
    madeAt: moment('made_at').notNull(),
    madeBy: text('made_by').notNull(),
    settledAt: moment('settled_at'),
    /** A principal. Null: nobody yet, or what was told of the order kept it. */
    settledBy: text('settled_by'),
    note: text('note'),
  },
  (table) => [
    index('customer_promises_newest').on(table.madeAt, table.id),
    index('customer_promises_customer').on(table.customerId, table.madeAt, table.id),
    index('customer_promises_order')
      .on(table.orderId, table.madeAt)
      .where(sql`order_id is not null`),
    index('customer_promises_conversation')
      .on(table.conversationId, table.madeAt)
      .where(sql`conversation_id is not null`),
    index('customer_promises_due')
      .on(table.dueAt)
      .where(sql`state = 'open'`),
  ],
);
