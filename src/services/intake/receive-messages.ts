import type { InboxId } from '../../values/ids.ts';
import { referencesIn } from '../../values/reference.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { identifyCustomers, identityKey } from '../customers/identify-customers.ts';
import { lockPersons } from '../customers/merging/lock-persons.ts';
import { activeRules } from '../customers/resolving/active-rules.ts';
import { dropIdentities } from '../customers/resolving/drop-identities.ts';
import { isDropped, readStated } from '../customers/resolving/told-identity.ts';
import { ErasedRefusal } from '../customers/suppression.ts';
import { atomically } from '../events/atomically.ts';
import { obeyWord } from '../privacy/obey-word.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { Arrival } from './arrival.ts';
import { addressOf, guestIdOf } from './find-sender.ts';
import { checkInbound, type CheckedMessage, type InboundMessage } from './inbound-message.ts';
import { lookUpThreads } from './look-up-threads.ts';
import { linkMentionedOrders } from './link-mentioned-orders.ts';
import type { Receipt } from './receive-message.ts';
import { noteSensitive } from './note-sensitive.ts';
import { storeThreads } from './store-threads.ts';
import { type StoredMessage, ThreadBatch } from './thread-batch.ts';

export type ThreadMessage = Omit<InboundMessage, 'attachments' | 'linkedFiles'> & { readonly threadId: string };

/** Messages in one call, at most. */
export const MOST_MESSAGES = 1_000;

/**
 * Takes many inbound messages whose source knows threads (an archive, another desk): the same as `receiveMessage` one after the
 * other, all or, with a refusal, none, in a fixed number of statements. Answers in the order of the messages. `field` of a refusal
 * begins with `messages` and the index.
 */
export async function receiveMessages(scope: Scope, messages: readonly ThreadMessage[]): Promise<Receipt[]> {
  requireRight(scope.viewer, 'messages:receive');
  if (messages.length > MOST_MESSAGES)
    throw new Refusal('INVALID_INPUT', `At most ${MOST_MESSAGES} messages at once. Send the rest in another call.`, [
      'messages',
    ]);
  if (messages.length === 0) return [];
  const checked = messages.map((message, i) => at(i, () => checkThreaded(message, scope.now)));
  return atomically(scope, async (tx) => {
    const arrivals = await arrive(tx, checked);
    const situation = await lookUpThreads(tx, arrivals);
    const batch = new ThreadBatch(tx, situation);
    const receipts = arrivals.map((arrival, i) => at(i, () => batch.take(arrival)));
    await storeThreads(tx, batch);
    await linkMentionedOrders(tx, batch);
    await readBetweenLines(tx, batch);
    return receipts;
  });
}

/** In the order in which they were said. */
async function readBetweenLines(tx: TransactionScope, { messages }: ThreadBatch): Promise<void> {
  for (const { id: messageId, message, ...whose } of messages.toSorted(bySourceClock)) {
    const { subject, text, occurredAt } = message;
    await noteSensitive(tx, { ...whose, text });
    await obeyWord(tx, { ...whose, messageId, subject, text, occurredAt, isLive: false });
  }
}

const bySourceClock = (one: StoredMessage, other: StoredMessage) =>
  one.message.occurredAt.getTime() - other.message.occurredAt.getTime();

function checkThreaded(message: ThreadMessage, now: Date): CheckedMessage {
  const checked = checkInbound(message, now);
  if (checked.threadId === null) throw new Refusal('INVALID_INPUT', '`threadId` must not be empty.', ['threadId']);
  return checked;
}

/** Says which of the messages was refused. */
function at<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const within = error.field?.[0] === 'input' ? error.field.slice(1) : (error.field ?? []);
    throw new Refusal(error.code, error.message, ['messages', String(index), ...within]);
  }
}

async function arrive(tx: TransactionScope, checked: readonly CheckedMessage[]): Promise<Arrival[]> {
  const names = [...new Set(checked.map(({ inbox }) => inbox))];
  const rows = await tx.db.sql<
    { name: string; id: InboxId; channel: Channel; market: string | null; isPublic: boolean }[]
  >`
    select distinct on (asked.name) asked.name, i.id, i.channel, i.market, coalesce(c.is_public, false) as is_public
    from unnest(${names}::text[]) as asked(name) join inboxes i on i.id = asked.name or i.external_id = asked.name
    left join channels c on c.name = i.channel
    order by asked.name, i.id = asked.name desc`;
  const inboxes = new Map(rows.map((row) => [row.name, row]));
  const { rules, version: rulesVersion } = await activeRules(tx);
  const addressed = checked.map((message, i) =>
    at(i, () => {
      const inbox = inboxes.get(message.inbox);
      if (!inbox) throw new Refusal('NOT_FOUND', 'There is no inbox with this id or external id.', ['inbox']);
      const told = readStated(rules, message.sender, { market: inbox.market, source: inbox.channel });
      const guest = { kind: 'external_id' as const, value: guestIdOf(inbox.id, message) };
      // Whoever cannot be known by the address is a guest of the thread.
      const identity = isDropped(told) ? { ...guest, normalized: guest.value } : told;
      return { message, inbox, told, identity, address: addressOf(told) };
    }),
  );
  const customers = await identifyCustomers(
    tx,
    addressed.map(({ message: { sender, occurredAt }, inbox, identity }) => ({
      ...{ kind: identity.kind, value: identity.value, normalized: identity.normalized },
      ...{ displayName: sender.displayName, source: inbox.channel, occurredAt },
    })),
  );
  const personOf = await lockPersons(
    tx,
    [...customers.values()].map(({ customerId }) => customerId),
  );
  for (const { told, identity, inbox, message } of addressed) {
    if (!isDropped(told)) continue;
    const { customerId, personId } = customers.get(identityKey(identity))!;
    const { occurredAt } = message;
    const from = { customerId, personId, isKnown: false, source: inbox.channel, rulesVersion, occurredAt };
    await dropIdentities(tx, from, [told]);
  }
  return addressed.map(({ message, inbox, identity, address }, i) => {
    const sender = customers.get(identityKey(identity));
    if (!sender) throw new ErasedRefusal(['messages', String(i), 'sender', 'value']);
    const { customerId } = sender;
    const personId = personOf.get(customerId)!;
    const references = referencesIn(`${message.subject ?? ''}\n${message.text}`.slice(0, 2_000)).slice(0, 5);
    const isPublic = message.isPublic ?? inbox.isPublic;
    return { message, inboxId: inbox.id, channel: inbox.channel, address, isPublic, customerId, personId, references };
  });
}
