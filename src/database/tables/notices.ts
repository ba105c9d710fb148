import { sql } from 'drizzle-orm';
import { index, pgTable, text, unique } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { customers } from './customers.ts';
import { orders } from './orders.ts';

/** What a customer is told of an order unasked: once for each fact, over whichever channel. The words are in the message that told it. */
export const notices = pgTable(
  'notices',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    kind: word('kind').notNull(),
    /** The source's id, within the order, of the parcel, refund or return that it is about. */
    about: text('about').notNull(),
    /** Of a delay: when the parcel was expected as far as the customer knows. Null: nobody had said, or it is no delay. */
    expectedAt: moment('expected_at'),
    /** `planned`, `raised`, `sent`, `withheld` or `overtaken`. */
    state: word('state').notNull(),
    /** When to look at it next, by the database's clock; of what is over, when that was due. */
    dueAt: moment('due_at').notNull(),
    /** When it came to be true. Null: it is not. */
    raisedAt: moment('raised_at'),
    settledAt: moment('settled_at'),
    /** Why it was withheld. */
    reason: word('reason'),
    /** What told the customer last: where it failed, the next one takes its place. */
    messageId: idText('message_id'),
  },
  (table) => [
    unique('notices_once').on(table.orderId, table.kind, table.about, table.expectedAt).nullsNotDistinct(),
    index('notices_due')
      .on(table.dueAt)
      .where(sql`state in ('planned', 'raised')`),
    index('notices_customer').on(table.customerId),
    index('notices_message')
      .on(table.messageId)
      .where(sql`message_id is not null`),
  ],
);
