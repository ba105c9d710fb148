import { checkOptionalLanguage } from '../../values/check-language.ts';
import { checkOptionalText, checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import type { LinkedFile } from '../conversations/link-attachments.ts';
import type { StagedAttachment } from '../conversations/stage-attachment.ts';
import type { StatedIdentity } from '../customers/resolving/told-identity.ts';

/** Who wrote, by the address that the channel carried. */
export interface Sender extends StatedIdentity {
  readonly displayName?: string | null;
  /** What else the source knows the writer by. */
  readonly identities?: readonly StatedIdentity[] | null;
}

/** What a channel hands in. */
export interface InboundMessage {
  /** Id or external id of the inbox it came to. */
  readonly inbox: string;
  readonly sender: Sender;
  /** The source's id of the message, unique within the inbox: a redelivery is known by it. */
  readonly externalId: string;
  /** Its id where another message has that one: of a medium in which senders write the ids themselves. Absent: it is refused then. */
  readonly otherwiseId?: string;
  readonly text: string;
  /** The source's clock. */
  readonly occurredAt: Date;
  /** When it reached us. Default: the scope's now. */
  readonly receivedAt?: Date;
  readonly subject?: string | null;
  /** BCP 47. Detected from the text when it is not given. */
  readonly language?: string | null;
  /** The source's id of the thread, where the channel knows threads: its messages stay one conversation. */
  readonly threadId?: string | null;
  /** Earlier messages that it answers: our ids (`msg_…`) or the source's ids in this inbox. Believed within the sender's own person only. */
  readonly answers?: readonly string[] | null;
  /** All that came, where `text` is a part of it: a mail with what it quotes. */
  readonly fullText?: string | null;
  /** What was written there everybody reads: a post, a comment. Default: as the channel is. */
  readonly isPublic?: boolean | null;
  /** Files that came with it. */
  readonly attachments?: readonly StagedAttachment[];
  /** Files that the channel keeps for us, to be fetched after the answer. */
  readonly linkedFiles?: readonly LinkedFile[];
}

const MOST_LINKED_FILES = 10;
const LONGEST_URL = 2_000;

export const LONGEST_TEXT = 100_000;
const MOST_ANSWERS = 20;
const MOST_IDENTITIES = 20;
const DAY_MS = 86_400_000;

/** Checks everything that needs no database. Throws INVALID_INPUT with the field at fault. */
export function checkInbound(message: InboundMessage, now: Date) {
  const occurredMs = message.occurredAt.getTime();
  if (Number.isNaN(occurredMs) || occurredMs > now.getTime() + DAY_MS || occurredMs < 0)
    throw new Refusal('INVALID_INPUT', '`occurredAt` must lie between 1970 and tomorrow.', ['input', 'occurredAt']);
  return {
    inbox: checkText(message.inbox, ['input', 'inbox'], 200),
    sender: {
      kind: message.sender.kind,
      value: message.sender.value,
      verified: message.sender.verified === true,
      displayName: checkOptionalText(message.sender.displayName, ['input', 'sender', 'displayName'], 200),
      identities: checkIdentities(message.sender.identities ?? []),
    },
    externalId: checkText(message.externalId, ['input', 'externalId'], 500),
    otherwiseId: message.otherwiseId ?? null,
    text: checkText(message.text, ['input', 'text'], LONGEST_TEXT),
    occurredAt: message.occurredAt,
    receivedAt: message.receivedAt ?? now,
    subject: checkOptionalText(message.subject, ['input', 'subject'], 500),
    language: checkOptionalLanguage(message.language, ['input', 'language']),
    answers: (message.answers ?? []).slice(0, MOST_ANSWERS).map((id) => checkText(id, ['input', 'answers'], 500)),
    fullText: checkOptionalText(message.fullText, ['input', 'fullText'], LONGEST_TEXT),
    threadId: checkOptionalText(message.threadId, ['input', 'threadId'], 500),
    isPublic: message.isPublic ?? null,
    attachments: message.attachments ?? [],
    linkedFiles: checkLinkedFiles(message.linkedFiles ?? []),
  };
}
export type CheckedMessage = ReturnType<typeof checkInbound>;

/** How they are written is no reason to refuse a message: what cannot be used is dropped. */
function checkIdentities(identities: readonly StatedIdentity[]): readonly StatedIdentity[] {
  if (identities.length <= MOST_IDENTITIES) return identities;
  throw new Refusal('INVALID_INPUT', `A sender has ${MOST_IDENTITIES} further identities at most.`, [
    'input',
    'sender',
    'identities',
  ]);
}

function checkLinkedFiles(files: readonly LinkedFile[]): LinkedFile[] {
  const field = ['input', 'attachments'];
  if (files.length > MOST_LINKED_FILES)
    throw new Refusal('INVALID_INPUT', `A message has ${MOST_LINKED_FILES} attachments at most.`, field);
  return files.map(({ url, filename, contentType }, index) => {
    const at = (name: string) => [...field, String(index), name];
    const text = checkText(url, at('url'), LONGEST_URL);
    // Where it leads is judged when it is fetched; here only that it can lead anywhere.
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
      throw new Refusal('INVALID_INPUT', '`url` must begin with https: or http:.', at('url'));
    return {
      url: text,
      filename: checkOptionalText(filename, at('filename'), 500),
      contentType: checkOptionalText(contentType, at('contentType'), 200),
    };
  });
}
