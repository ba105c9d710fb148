import type { Sql } from '../../database/open-database.ts';
import type { AttachmentId, CustomerId, MessageId } from '../../values/ids.ts';
import type { AttachmentState } from '../../values/vocabulary.ts';

export interface Attachment {
  readonly id: AttachmentId;
  readonly messageId: MessageId | null;
  /** Whose conversation it is in. */
  readonly customerId: CustomerId;
  readonly filename: string;
  /** By its bytes. */
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Null: the bytes are not kept. */
  readonly sha256: string | null;
  readonly state: AttachmentState;
  readonly createdAt: Date;
}

/** What attachments may be. */
export interface AttachmentRules {
  readonly maxBytes: number;
  /** Media types. */
  readonly types: ReadonlySet<string>;
  /** True: nobody downloads what the scanner has not called clean. */
  readonly isScanned: boolean;
}

export const attachmentColumns = (sql: Sql) =>
  sql`a.id, a.message_id, a.customer_id, a.filename, a.content_type, a.size_bytes, a.sha256, a.state, a.created_at`;

/** States in which the bytes may be had. */
export const isServable = (state: AttachmentState): boolean => state === 'clean' || state === 'unchecked';
