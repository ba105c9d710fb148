import { newId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { Scope } from '../scope.ts';
import { inboxColumns, type Inbox } from './conversation.ts';

export interface InboxRecord {
  readonly externalId: string;
  readonly channel: Channel;
  readonly name: string;
  readonly address?: string | null;
  readonly brand?: string | null;
  /** ISO 3166-1 alpha-2: how national phone numbers are read. */
  readonly market?: string | null;
}

/** Makes the inbox with this external id, or brings name, address, brand and market of the present one up to date. Its channel never changes. */
export async function ensureInbox(scope: Scope, record: InboxRecord): Promise<Inbox> {
  const { externalId, channel, name, address = null, brand = null, market = null } = record;
  const { sql } = scope.db;
  const [row] = await sql<Inbox[]>`
    insert into inboxes as i (id, channel, external_id, name, address, brand, market, created_at)
    values (${newId('inbox')}, ${channel}, ${externalId}, ${name}, ${address}, ${brand}, ${market}, ${scope.now})
    on conflict (external_id) do update set
      name = excluded.name, address = excluded.address, brand = excluded.brand, market = excluded.market
    returning ${inboxColumns(sql)}`;
  return row!;
}

/** Makes the inbox unless there is one that is named so; that one stays as it is, also where somebody else makes it at this moment. */
export async function addInbox(scope: Scope, record: InboxRecord): Promise<void> {
  const { externalId, channel, name, address = null, brand = null, market = null } = record;
  // Once made it is only looked at: whoever writes it keeps it from the others until its transaction ends.
  if (await findInbox(scope, externalId)) return;
  await scope.db.sql`
    insert into inboxes (id, channel, external_id, name, address, brand, market, created_at)
    values (${newId('inbox')}, ${channel}, ${externalId}, ${name}, ${address}, ${brand}, ${market}, ${scope.now})
    on conflict (external_id) do nothing`;
}

/** The inbox with this id or external id, as systems name it; null: none. */
export async function findInbox(scope: Scope, name: string): Promise<Pick<Inbox, 'id' | 'channel' | 'market'> | null> {
  const [row] = await scope.db.sql<Pick<Inbox, 'id' | 'channel' | 'market'>[]>`
    select id, channel, market from inboxes where id = ${name} or external_id = ${name} order by id = ${name} desc limit 1`;
  return row ?? null;
}
