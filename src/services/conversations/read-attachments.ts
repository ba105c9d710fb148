import { reachOf } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { attachmentColumns, type Attachment } from './attachment.ts';

/** Attachments of messages and notes, oldest first: of those that the viewer may read. */
export async function attachmentsOfMessages(scope: Scope, messageIds: readonly string[]): Promise<Attachment[]> {
  const { sql } = scope.db;
  return sql<Attachment[]>`
    select ${attachmentColumns(sql)} from attachments a join messages m on m.id = a.message_id
    where a.message_id = any (${messageIds as string[]}::text[]) and ${isReadable(scope)}
    order by a.id`;
}

/** An attachment that the viewer may read: of a message or note within reach, or an own upload. Null: none, or not visible. */
export async function readAttachment(scope: Scope, id: string): Promise<Attachment | null> {
  const { sql } = scope.db;
  const [row] = await sql<Attachment[]>`
    select ${attachmentColumns(sql)} from attachments a left join messages m on m.id = a.message_id
    where a.id = ${id} and ${isReadable(scope)}
      and (a.message_id is not null or a.created_by = ${scope.viewer.principal})`;
  return row ?? null;
}

/** For who shows a signature of ours that says so. */
export async function readSignedAttachment({ db: { sql } }: Pick<Scope, 'db'>, id: string): Promise<Attachment | null> {
  const [row] = await sql<Attachment[]>`select ${attachmentColumns(sql)} from attachments a where a.id = ${id}`;
  return row ?? null;
}

function isReadable(scope: Scope) {
  const { sql } = scope.db;
  const seesNotes = reachOf(scope.viewer, 'notes:read') !== null;
  return sql`${withinReach(scope, 'conversations:read', 'a.customer_id')}
    and (m.visibility is distinct from 'internal' or ${seesNotes})`;
}
