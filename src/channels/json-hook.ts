import type { HookItem } from '../services/intake/hook-item.ts';
import type { ChannelFacts } from '../values/channel-facts.ts';
import { readMoment } from '../values/moment.ts';
import { Refusal } from '../values/refusal.ts';
import { CHANNEL_FAILURES, IDENTITY_KINDS } from '../values/vocabulary.ts';
import type { HookBody } from './channel-dialect.ts';

/** Items in one request, at most. */
export const MOST_ITEMS = 100;

const MESSAGE_FIELDS = [
  'type',
  'externalId',
  'sender',
  'text',
  'occurredAt',
  'subject',
  'language',
  'threadId',
  'isPublic',
  'attachments',
];
const REPORT_FIELDS = ['type', 'messageId', 'externalId', 'state', 'reason', 'reasonText', 'occurredAt'];
const REPORTED_STATES = ['sent', 'delivered', 'read', 'failed'] as const;

type Field = readonly string[];
type Bag = Readonly<Record<string, unknown>>;

/**
 * The dialect of everybody who has no other: one item, or up to a hundred as `messages`. docs/channels.md describes it. A key that it does
 * not know is refused: what was meant would be lost in silence.
 */
export function readJsonHook({ bytes }: HookBody, channel: ChannelFacts): readonly HookItem[] {
  const body = parse(bytes);
  if (!isBag(body)) throw refused('The body must be an object.', []);
  if (!Object.hasOwn(body, 'messages')) return [readItem(body, [], channel)];
  only(body, ['messages'], []);
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MOST_ITEMS)
    throw refused(`\`messages\` must be a list of 1 to ${MOST_ITEMS}. Send the rest in another request.`, ['messages']);
  return messages.map((item: unknown, index) => {
    const field = ['messages', String(index)];
    if (!isBag(item)) throw refused('Each of `messages` must be an object.', field);
    return { ...readItem(item, field, channel), path: field };
  });
}

function readItem(item: Bag, field: Field, channel: ChannelFacts): HookItem {
  if (item['type'] === 'message') return { type: 'message', message: readMessage(item, field, channel) };
  if (item['type'] === 'delivery') return { type: 'delivery', report: readReport(item, field) };
  throw refused('`type` must be "message" or "delivery".', [...field, 'type']);
}

function readMessage(item: Bag, field: Field, channel: ChannelFacts) {
  only(item, MESSAGE_FIELDS, field);
  return {
    externalId: textOf(item, 'externalId', field),
    sender: readSender(item['sender'], [...field, 'sender'], channel),
    text: textOf(item, 'text', field),
    occurredAt: momentOf(item, 'occurredAt', field),
    subject: optionalTextOf(item, 'subject', field),
    language: optionalTextOf(item, 'language', field),
    threadId: optionalTextOf(item, 'threadId', field),
    isPublic: optionalFlagOf(item, 'isPublic', field),
    linkedFiles: readLinkedFiles(item['attachments'] ?? [], [...field, 'attachments']),
  };
}

function readLinkedFiles(files: unknown, field: Field) {
  if (!Array.isArray(files)) throw refused('`attachments` must be a list.', field);
  return files.map((file: unknown, index) => {
    const at = [...field, String(index)];
    if (!isBag(file)) throw refused('Each of `attachments` must be an object.', at);
    only(file, ['url', 'filename', 'contentType'], at);
    return {
      url: textOf(file, 'url', at),
      filename: optionalTextOf(file, 'filename', at),
      contentType: optionalTextOf(file, 'contentType', at),
    };
  });
}

function readReport(item: Bag, field: Field) {
  only(item, REPORT_FIELDS, field);
  const { state, reason = null } = item;
  if (!isOneOf(REPORTED_STATES, state))
    throw refused(`\`state\` must be one of ${REPORTED_STATES.join(', ')}.`, [...field, 'state']);
  if (reason !== null && !isOneOf(CHANNEL_FAILURES, reason))
    throw refused(`\`reason\` must be one of ${CHANNEL_FAILURES.join(', ')}; say the rest in \`reasonText\`.`, [
      ...field,
      'reason',
    ]);
  const [messageId, externalId] = [optionalTextOf(item, 'messageId', field), optionalTextOf(item, 'externalId', field)];
  if ((messageId === null) === (externalId === null))
    throw refused('A delivery names its message by `messageId` or by `externalId`.', [...field, 'messageId']);
  return {
    ...{ state, messageId, externalId, failure: reason },
    failureText: optionalTextOf(item, 'reasonText', field),
    occurredAt: momentOf(item, 'occurredAt', field),
  };
}

function readSender(sender: unknown, field: Field, channel: ChannelFacts) {
  if (!isBag(sender)) throw refused('`sender` must be an object.', field);
  only(sender, ['kind', 'value', 'displayName', 'verified', 'identities'], field);
  const kind = sender['kind'] ?? channel.senderKind;
  if (!isOneOf(IDENTITY_KINDS, kind))
    throw refused(`\`kind\` must be one of ${IDENTITY_KINDS.join(', ')}.`, [...field, 'kind']);
  return {
    ...{ kind, value: textOf(sender, 'value', field), displayName: optionalTextOf(sender, 'displayName', field) },
    verified: optionalFlagOf(sender, 'verified', field),
    identities: readIdentities(sender['identities'] ?? [], [...field, 'identities']),
  };
}

function readIdentities(identities: unknown, field: Field) {
  if (!Array.isArray(identities)) throw refused('`identities` must be a list.', field);
  return identities.map((identity: unknown, index) => {
    const at = [...field, String(index)];
    if (!isBag(identity)) throw refused('Each of `identities` must be an object.', at);
    only(identity, ['kind', 'value', 'verified'], at);
    const { kind } = identity;
    if (!isOneOf(IDENTITY_KINDS, kind))
      throw refused(`\`kind\` must be one of ${IDENTITY_KINDS.join(', ')}.`, [...at, 'kind']);
    return { kind, value: textOf(identity, 'value', at), verified: optionalFlagOf(identity, 'verified', at) };
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw refused('The body is not JSON in UTF-8.', []);
  }
}

const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);
const isOneOf = <W extends string>(words: readonly W[], word: unknown): word is W =>
  words.some((known) => known === word);

function only(bag: Bag, names: readonly string[], field: Field): void {
  const stranger = Object.keys(bag).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw refused(`There is a field that is not known here. Known are ${names.join(', ')}.`, [
      ...field,
      stranger.toWellFormed().slice(0, 50),
    ]);
}

function textOf(bag: Bag, name: string, field: Field): string {
  const value = bag[name];
  // What carries no text of a message is only looked for, and no text with a NUL can be.
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw refused(`\`${name}\` must be a text without the character U+0000.`, [...field, name]);
}

function optionalFlagOf(bag: Bag, name: string, field: Field): boolean | null {
  const value = bag[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw refused(`\`${name}\` must be true or false.`, [...field, name]);
}

const optionalTextOf = (bag: Bag, name: string, field: Field): string | null =>
  bag[name] == null ? null : textOf(bag, name, field);

function momentOf(bag: Bag, name: string, field: Field): Date {
  const at = readMoment(textOf(bag, name, field));
  if (at !== null) return at;
  throw refused(`\`${name}\` must be a moment such as 2026-11-20T09:30:00Z.`, [...field, name]);
}

const refused = (message: string, field: Field) => new Refusal('INVALID_INPUT', message, field);
