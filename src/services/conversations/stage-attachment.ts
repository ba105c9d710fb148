import { safeFilename } from '../../values/filename.ts';
import type { AttachmentState } from '../../values/vocabulary.ts';
import type { AttachmentRules } from './attachment.ts';
import { TooManyBytes, type AttachmentStore, type StagedBytes } from './attachment-store.ts';

/** What a sender says of a file. */
export interface ClaimedFile {
  readonly filename: string | null;
  readonly contentType: string | null;
}

/** A file that may become an attachment: its bytes are stored already, or they are not taken. */
export interface StagedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly claimedType: string | null;
  readonly sizeBytes: number;
  readonly state: AttachmentState;
  /** Null: they are not taken. */
  readonly bytes: StagedBytes | null;
  /** Why they are not taken; null: they are. */
  readonly refusedFor: 'size' | 'emptiness' | 'type' | null;
}

const UNKNOWN = 'application/octet-stream';
const LONGEST_TYPE = 200;
/** Kinds of text that cannot be told from any other. */
const KINDS_OF_TEXT = new Set(['text/csv', 'text/markdown', 'text/calendar', 'text/vcard', 'application/json']);

/** Stores the bytes of a file. One that the rules do not take is told of and not kept. */
export async function stageAttachment(
  store: AttachmentStore,
  rules: AttachmentRules,
  claimed: ClaimedFile,
  source: AsyncIterable<Uint8Array>,
): Promise<StagedAttachment> {
  const claimedType = mediaTypeOf(claimed.contentType);
  const bytes = await store.stage(source, rules.maxBytes).catch((error: unknown) => {
    if (error instanceof TooManyBytes) return null;
    throw error;
  });
  const contentType = bytes ? withClaim(rules, bytes.contentType, claimedType) : (claimedType ?? UNKNOWN);
  const refusedFor = reasonAgainst(rules, bytes, contentType);
  const isTaken = refusedFor === null;
  if (!isTaken) await bytes?.discard();
  return {
    filename: safeFilename(claimed.filename, contentType),
    contentType,
    claimedType,
    sizeBytes: bytes?.sizeBytes ?? 0,
    state: isTaken ? (rules.isScanned ? 'pending' : 'unchecked') : 'refused',
    bytes: isTaken ? bytes : null,
    refusedFor,
  };
}

function reasonAgainst(rules: AttachmentRules, bytes: StagedBytes | null, contentType: string) {
  if (bytes === null) return 'size';
  if (bytes.sizeBytes === 0) return 'emptiness';
  return rules.types.has(contentType) ? null : 'type';
}

/** The bytes decide; only among the kinds of text the claim does, when that kind is taken. */
function withClaim({ types }: AttachmentRules, found: string | null, claimed: string | null): string {
  const isKind = found === 'text/plain' && claimed !== null && KINDS_OF_TEXT.has(claimed) && types.has(claimed);
  return isKind ? claimed : (found ?? UNKNOWN);
}

/** A media type without its parameters. Null: it is none. */
function mediaTypeOf(header: string | null): string | null {
  const type = (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return type.length <= LONGEST_TYPE && /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(type) ? type : null;
}
