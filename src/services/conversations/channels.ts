import type { Sql } from '../../database/open-database.ts';
import type { ChannelFacts } from '../../values/channel-facts.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** Brings the table up to what the channel files say: once at each start. A channel is never taken away, its history stays. */
export async function recordChannels(sql: Sql, channels: readonly ChannelFacts[]): Promise<void> {
  const rows = channels.map((channel) => ({
    name: channel.name,
    class: channel.class,
    title: channel.title,
    description: channel.description,
    sender_kind: channel.senderKind,
    is_public: channel.isPublic,
    has_threads: channel.hasThreads,
    sends_by: channel.sendsBy,
    longest_text: channel.longestText,
  }));
  await sql`
    insert into channels as c (name, class, title, description, sender_kind, is_public, has_threads, sends_by, longest_text)
    select * from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(name text, class text, title text, description text,
      sender_kind text, is_public boolean, has_threads boolean, sends_by text, longest_text integer)
    on conflict (name) do update set class = excluded.class, title = excluded.title, description = excluded.description,
      sender_kind = excluded.sender_kind, is_public = excluded.is_public, has_threads = excluded.has_threads,
      sends_by = excluded.sends_by, longest_text = excluded.longest_text
    where c.* is distinct from excluded.*`;
}

/** Every channel, by class and name. */
export async function listChannels(scope: Scope): Promise<ChannelFacts[]> {
  requireRight(scope.viewer, 'conversations:read');
  return scope.db.sql<ChannelFacts[]>`
    select name, class, title, description, sender_kind, is_public, has_threads, sends_by, longest_text
    from channels order by class, name`;
}
