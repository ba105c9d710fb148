import type { Readable } from 'node:stream';

import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import type { AttachmentId, ConversationId, InboxId, MessageId } from '../../values/ids.ts';
import type { SenderKind } from '../../values/channel-facts.ts';
import type { AuthorKind, Channel, DeliveryState } from '../../values/vocabulary.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { signedPath } from './attachment-url.ts';
import { readBridge, readCredentials, type Bridge } from './inbox-secrets.ts';

/** A message that is to go out, as it stands at the moment of sending: what was erased since is not in it. */
export interface OutgoingMessage {
  /** Stays the same over all tries: receivers know a repeat by it. */
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  /** What the customer may quote: `C-XXXXXX`. */
  readonly reference: string;
  readonly subject: string | null;
  readonly authorKind: AuthorKind;
  readonly text: string;
  /** Who takes it must be able to say STOP by one click. Absent: false. */
  readonly isAdvertising?: boolean;
  readonly writtenAt: Date;
  readonly inbox: {
    readonly id: InboxId;
    readonly externalId: string;
    readonly channel: Channel;
    readonly name: string;
    readonly address: string | null;
    readonly brand: string | null;
  };
  /** The customer's address on the channel. */
  readonly to: string;
  /** True: everybody reads it, below what the customer posted. The same address may be written to in private too. */
  readonly isPublic: boolean;
  readonly attachments: readonly OutgoingFile[];
  /** Earlier messages of the leg, the oldest first: the first of all and the newest ones. */
  readonly earlier: readonly {
    readonly messageId: MessageId;
    /** The channel's own id of it. Null: it gave none. */
    readonly externalId: string | null;
    readonly isOurs: boolean;
  }[];
}

/** A file that goes with it. */
export interface OutgoingFile {
  readonly id: AttachmentId;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Path on this server where it can be had without a key, for five minutes. */
  readonly url: string;
  /** The bytes, to be read or destroyed. */
  open(): Promise<Readable>;
}

/** How a message goes out, and how far that is. */
export interface Outgoing {
  readonly message: OutgoingMessage;
  readonly state: DeliveryState;
  readonly attemptCount: number;
  readonly sendsBy: SenderKind | null;
  /** Characters that one message may have. Null: no bound. */
  readonly longestText: number | null;
  /** True: the channel said that what this inbox sends with is gone. */
  readonly isStopped: boolean;
  readonly bridge: Bridge | null;
  readonly credentials: Readonly<Record<string, string>>;
}

const NEWEST = 19;

type StoredFile = Omit<OutgoingFile, 'url' | 'open'> & { readonly sha256: string };
type StoredMessage = Omit<OutgoingMessage, 'attachments' | 'writtenAt'> & {
  readonly attachments: readonly StoredFile[];
};
type Row = Omit<Outgoing, 'message' | 'bridge' | 'credentials'> & {
  readonly message: StoredMessage;
  readonly writtenAt: Date;
};

/** What the courier needs to send a message, for the server's own use: no viewer may read secrets. Null: there is no such delivery. */
export async function readOutgoing(
  { db: { sql }, now }: Scope,
  installation: Installation,
  store: Pick<AttachmentStore, 'open'>,
  messageId: string,
): Promise<Outgoing | null> {
  const [row] = await sql<Row[]>`
    select d.state, d.attempt_count, ch.sends_by, ch.longest_text, i.sending_stopped_at is not null as is_stopped,
      json_build_object('messageId', m.id, 'conversationId', c.id, 'reference', c.reference, 'subject', c.subject,
        'authorKind', m.author_kind, 'text', m.text, 'to', e.address, 'isPublic', e.is_public,
        'isAdvertising', exists (select from outreaches u where u.message_id = m.id and u.purpose = 'marketing'),
        'inbox', json_build_object('id', i.id, 'externalId', i.external_id, 'channel', i.channel, 'name', i.name,
          'address', i.address, 'brand', i.brand),
        'earlier', (
          select coalesce(json_agg(json_build_object('messageId', o.id, 'externalId', o.external_id,
            'isOurs', o.direction = 'outbound' and o.external_id is null) order by o.occurred_at, o.id), '[]')
          from (
            (select * from messages where conversation_id = c.id and leg_id = m.leg_id and visibility = 'public'
              and (occurred_at, id) < (m.occurred_at, m.id) order by occurred_at, id limit 1)
            union
            (select * from messages where conversation_id = c.id and leg_id = m.leg_id and visibility = 'public'
              and (occurred_at, id) < (m.occurred_at, m.id) order by occurred_at desc, id desc limit ${NEWEST})
          ) o
        ),
        -- Of a message that failed elsewhere and goes out again, the files too.
        'attachments', (
          select coalesce(json_agg(json_build_object('id', a.id, 'filename', a.filename, 'contentType', a.content_type,
            'sizeBytes', a.size_bytes, 'sha256', a.sha256) order by a.id), '[]')
          from attachments a
          where a.message_id in (m.id, m.fallback_of_id) and a.state in ('clean', 'unchecked') and a.sha256 is not null
        )) as message, m.occurred_at as written_at
    from deliveries d join messages m on m.id = d.message_id join conversations c on c.id = m.conversation_id
    join inboxes i on i.id = d.inbox_id join endpoints e on e.id = d.endpoint_id left join channels ch on ch.name = d.channel
    where d.message_id = ${messageId}`;
  if (!row) return null;
  const { writtenAt, ...rest } = row;
  const { id } = row.message.inbox;
  const [bridge, credentials] = await Promise.all([
    readBridge(sql, installation, id),
    readCredentials(sql, installation, id),
  ]);
  const attachments = row.message.attachments.map(({ sha256, ...file }) => ({
    ...file,
    url: signedPath(installation, file.id, now),
    async open() {
      const bytes = await store.open(sha256);
      if (!bytes) throw new Error('The bytes of an attachment are not where they were put.');
      return bytes;
    },
  }));
  return { ...rest, message: { ...row.message, attachments, writtenAt }, bridge, credentials };
}
