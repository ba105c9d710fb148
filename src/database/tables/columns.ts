import { customType, text, timestamp } from 'drizzle-orm/pg-core';

/** A moment in UTC with milliseconds: what JavaScript can hold, so that keyset cursors compare exactly. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Ids and stream names compare by bytes on every database, whatever its locale. */
export const idText = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** A 64-bit transaction id that never wraps. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** Closed lists are text with a check in the service: adding a word needs no lock on a table. */
export const word = (name: string) => text(name);
