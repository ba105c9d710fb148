import type { InboxId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';
import type { Standing } from './conversation-fact.ts';

/** Writes inbox and channel of the leg that a conversation turned to last, after its legs changed; answers where it stands then. */
export async function turnToNewestLeg(tx: TransactionScope, standing: Standing): Promise<Standing> {
  const [row] = await tx.db.sql<{ inboxId: InboxId; channel: Channel }[]>`
    update conversations set inbox_id = newest.inbox_id, channel = newest.channel
    from (
      select i.id as inbox_id, i.channel
      from legs l join endpoints e on e.id = l.endpoint_id join inboxes i on i.id = e.inbox_id
      where l.conversation_id = ${standing.id}
      order by l.turned_to_at desc, l.id desc limit 1
    ) as newest
    where conversations.id = ${standing.id}
    returning newest.inbox_id, newest.channel`;
  return { ...standing, ...row };
}

/** What a conversation leaves when it stands elsewhere than before. */
export const leavesOf = (before: Standing, after: Standing) => ({
  ...(before.inboxId === after.inboxId ? {} : { inboxId: before.inboxId }),
  ...(before.channel === after.channel ? {} : { channel: before.channel }),
});
