import { addInbox } from '../../services/conversations/ensure-inbox.ts';
import { recordSentMessage } from '../../services/conversations/record-sent-message.ts';
import { checkInbound } from '../../services/intake/inbound-message.ts';
import { receiveMessage } from '../../services/intake/receive-message.ts';
import { receiveMessages, type ThreadMessage } from '../../services/intake/receive-messages.ts';
import type { TransactionScope } from '../../services/scope.ts';
import type { ConversationId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';
import { cell } from './cell.ts';
import { CHANNEL_NAMES, CHANNEL_WORDS } from './channel-names.ts';
import { kind, optional, type Reading, required } from './kind.ts';
import { readWho, WHO_COLUMNS, WHO_NAMES } from './who-columns.ts';

const AUTHORS = ['customer', 'agent', 'bot'] as const;

type Turn = ThreadMessage & { readonly author: (typeof AUTHORS)[number] };
interface Talk {
  readonly channel: Channel;
  readonly inbox: string;
  readonly turns: readonly Turn[];
}

export const conversations = kind<Talk>({
  name: 'conversations',
  columns: [
    required('conversation_id', 'your id of the conversation. Rows with the same one are its messages'),
    required('sent_at', 'when the message was sent'),
    required('text', 'what was said, word for word'),
    required('channel', CHANNEL_WORDS),
    ...WHO_COLUMNS,
    optional('author', `who said it: ${AUTHORS.map((word) => `\`${word}\``).join(', ')}. Without it: \`customer\``),
    optional('message_id', 'your id of the message, unique in the inbox. Without it: `<conversation_id>/<its number>`'),
    optional('inbox', 'external id of the inbox; an unknown one is made. Without it: `import-<channel>`'),
    optional('subject', 'subject of the message'),
    optional('language', 'BCP 47: `fi`. Without it: detected from the text'),
  ],
  oneOf: [WHO_NAMES],
  records: 'together',
  list: 'messages',
  key: (record) => record.get('conversation_id').trim() || null,
  read: readTalk,
  batch: 20,
  told: ['conversation.opened'],
  async store(tx, talks) {
    await makeInboxes(tx, talks);
    const oneSided = talks.filter(({ turns }) => turns.every(({ author }) => author === 'customer'));
    const heard = oneSided.flatMap(({ turns }) => turns);
    for (let start = 0; start < heard.length; start += 1_000)
      await receiveMessages(tx, heard.slice(start, start + 1_000));
    for (const talk of talks) if (!oneSided.includes(talk)) await storeTurnByTurn(tx, talk);
  },
});

function readTalk(records: readonly TableRecord[], reading: Reading): Talk | null {
  const id = cell.required(cell.name(records[0]!, 'conversation_id', 400), 'conversation_id');
  const channels = new Set(records.flatMap((record) => cell.word(record, 'channel', CHANNEL_NAMES) ?? []));
  const [channel, ...others] = channels;
  if (channel === undefined || others.length > 0)
    throw new Misshapen('channel: must be told, and the same in all rows of one conversation');
  const inboxes = new Set(records.flatMap((record) => cell.name(record, 'inbox') ?? []));
  if (inboxes.size > 1) throw new Misshapen('inbox: must be the same in all rows of one conversation');
  const inbox = [...inboxes][0] ?? `import-${channel}`;
  const told = records.find((record) => WHO_NAMES.some((column) => record.get(column).trim() !== ''));
  const sender = readWho(told ?? records[0]!);
  const turns = records
    .map((record, i): Turn => {
      const message = {
        inbox,
        sender,
        threadId: id,
        externalId: cell.name(record, 'message_id', 500) ?? `${id}/${i + 1}`,
        text: cell.required(cell.optional(record, 'text', 100_000), 'text'),
        occurredAt: cell.required(cell.past(cell.moment(record, 'sent_at', reading.timeZone), 'sent_at'), 'sent_at'),
        subject: cell.optional(record, 'subject', 500),
        language: cell.name(record, 'language', 35),
      };
      checkInbound(message, new Date());
      return { ...message, author: cell.word(record, 'author', AUTHORS) ?? 'customer' };
    })
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const begin = turns.findIndex(({ author }) => author === 'customer');
  if (begin < 0) throw new Misshapen('author: the customer must say something, or there is nobody to talk with');
  if (begin > 0) reading.warn(`author: what was said before the customer (${begin} messages) is left out.`);
  return { channel, inbox, turns: turns.slice(begin) };
}

/** Makes what is missing; an inbox that is there stays as it is. In one order, so that imports beside each other wait in one direction only. */
async function makeInboxes(tx: TransactionScope, talks: readonly Talk[]): Promise<void> {
  const channels = new Map(talks.map((talk) => [talk.inbox, talk.channel]));
  for (const [inbox, channel] of [...channels].sort(([a], [b]) => (a < b ? -1 : 1)))
    await addInbox(tx, { externalId: inbox, channel, name: `Imported: ${channel}` });
}

/** In their order, so that the journal tells them so. */
async function storeTurnByTurn(tx: TransactionScope, { turns }: Talk): Promise<void> {
  let conversationId: ConversationId | null = null;
  for (const { author, ...message } of turns) {
    if (author === 'customer') ({ conversationId } = await receiveMessage(tx, message));
    else
      await recordSentMessage(tx, {
        conversationId: conversationId!,
        externalId: message.externalId,
        text: message.text,
        occurredAt: message.occurredAt,
        author: { kind: author, id: 'system:import' },
      });
  }
}
