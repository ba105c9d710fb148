import type { AttachmentId } from '../../values/ids.ts';

/** Queues about attachments; made with the tables, worked by live/attachment-workers.ts. */
export const CHECK_QUEUE = 'check-attachments';
export const FETCH_QUEUE = 'fetch-attachments';
export const REMOVE_QUEUE = 'remove-attachment-files';

/** Have the scanner look at the bytes. */
export interface CheckJob {
  readonly attachmentId: AttachmentId;
}

/** Remove bytes unless a row names them. */
export interface RemoveJob {
  readonly sha256: string;
}

/** Fetch the bytes from where the channel said they are. */
export interface FetchJob {
  readonly attachmentId: AttachmentId;
  /** 1 for the first try. */
  readonly attempt: number;
}
