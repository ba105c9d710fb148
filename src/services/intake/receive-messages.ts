import type { CustomerId, InboxId } from '../../values/ids.ts';
import { matchKeyOf } from '../../values/match-key.ts';
import { referencesIn } from '../../values/reference.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { identifyCustomers, identityKey, type NormalizedIntroduction } from '../customers/identify-customers.ts';
import { lockPersons } from '../customers/merging/lock-persons.ts';
import { activeRules } from '../customers/resolving/active-rules.ts';
import { dropIdentities } from '../customers/resolving/drop-identities.ts';
import {
  isDropped,
  readStated,
  type DroppedIdentity,
  type ToldIdentity,
} from '../customers/resolving/told-identity.ts';
import { ErasedRefusal } from '../customers/suppression.ts';
import { atomically } from '../events/atomically.ts';
import { obeyWord } from '../privacy/obey-word.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { Arrival } from './arrival.ts';
import { addressOf, guestIdOf } from './find-sender.ts';
import { checkInbound, type CheckedMessage, type InboundMessage } from './inbound-message.ts';
import { lookUpThreads, messageKey } from './look-up-threads.ts';
import { linkMentionedOrders } from './link-mentioned-orders.ts';
import type { Receipt } from './keep-placed.ts';
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

interface Mailbox {
  readonly id: InboxId;
  readonly channel: Channel;
  readonly market: string | null;
  readonly isPublic: boolean;
}

/** A message with what its sender is known by. */
interface Addressed {
  readonly message: CheckedMessage;
  readonly inbox: Mailbox;
  readonly address: string;
  readonly identity: Pick<ToldIdentity, 'kind' | 'value' | 'normalized'>;
  /** The address, where it tells nobody apart. */
  readonly dropped: DroppedIdentity | null;
}

/** Whoever cannot be known by the address is a guest of the thread. */
function asGuest({ message, inbox, address }: Omit<Addressed, 'identity' | 'dropped'>, dropped: DroppedIdentity) {
  const guestId = guestIdOf(inbox.id, message);
  const identity = { kind: 'external_id' as const, value: guestId, normalized: guestId };
  return { message, inbox, address, identity, dropped };
}

const introductionOf = ({ message: { sender, occurredAt }, inbox, identity }: Addressed): NormalizedIntroduction => ({
  ...{ kind: identity.kind, value: identity.value, normalized: identity.normalized },
  ...{ displayName: sender.displayName, source: inbox.channel, occurredAt },
});

const keyOf = ({ message: { externalId }, inbox }: Addressed) => messageKey({ inboxId: inbox.id, externalId });

/** Whose those of the messages are that were received before. */
async function earlierSenders(tx: TransactionScope, addressed: readonly Addressed[]): Promise<Map<string, CustomerId>> {
  const rows = await tx.db.sql<{ inboxId: InboxId; externalId: string; customerId: CustomerId }[]>`
    select m.inbox_id, m.external_id, m.customer_id
    from unnest(${addressed.map(({ inbox }) => inbox.id)}::text[], ${addressed.map(({ message }) => message.externalId)}::text[])
      as asked(inbox_id, external_id)
    join messages m on m.inbox_id = asked.inbox_id and m.external_id = asked.external_id`;
  return new Map(rows.map(({ customerId, ...key }) => [messageKey(key), customerId]));
}

async function arrive(tx: TransactionScope, checked: readonly CheckedMessage[]): Promise<Arrival[]> {
  const names = [...new Set(checked.map(({ inbox }) => inbox))];
  const rows = await tx.db.sql<(Mailbox & { name: string })[]>`
    select distinct on (asked.name) asked.name, i.id, i.channel, i.market, coalesce(c.is_public, false) as is_public
    from unnest(${names}::text[]) as asked(name) join inboxes i on i.id = asked.name or i.external_id = asked.name
    left join channels c on c.name = i.channel
    order by asked.name, i.id = asked.name desc`;
  const inboxes = new Map(rows.map((row) => [row.name, row]));
  const { rules, version: rulesVersion } = await activeRules(tx);
  const named = checked.map((message, i) =>
    at(i, (): Addressed => {
      const inbox = inboxes.get(message.inbox);
      if (!inbox) throw new Refusal('NOT_FOUND', 'There is no inbox with this id or external id.', ['inbox']);
      const told = readStated(rules, message.sender, { market: inbox.market, source: inbox.channel });
      const one = { message, inbox, address: addressOf(told) };
      return isDropped(told) ? asGuest(one, told) : { ...one, dropped: null, identity: told };
    }),
  );
  const { customers: known, shared } = await identifyCustomers(tx, named.map(introductionOf));
  const addressed = named.map((one) => {
    const { kind, value, normalized } = one.identity;
    if (!shared.has(identityKey(one.identity))) return one;
    const matchKey = matchKeyOf(kind, normalized);
    return asGuest(one, { kind, value, matchKey, verified: false, reason: 'shared' });
  });
  const strangers = addressed.filter((one, i) => one !== named[i]);
  // A redelivery finds whose it was, whatever would be found today.
  const earlier = strangers.length === 0 ? new Map<string, CustomerId>() : await earlierSenders(tx, strangers);
  const isEarlier = (one: Addressed) => earlier.has(keyOf(one));
  const guests = strangers.filter((one) => !isEarlier(one));
  const customers =
    guests.length === 0
      ? known
      : new Map([...known, ...(await identifyCustomers(tx, guests.map(introductionOf))).customers]);
  const personOf = await lockPersons(tx, [
    ...[...customers.values()].map(({ customerId }) => customerId),
    ...earlier.values(),
  ]);
  for (const one of addressed) {
    const { dropped, identity, inbox, message } = one;
    if (!dropped || isEarlier(one)) continue;
    const { customerId, personId } = customers.get(identityKey(identity))!;
    const { occurredAt } = message;
    const from = { customerId, personId, isKnown: false, source: inbox.channel, rulesVersion, occurredAt };
    await dropIdentities(tx, from, [dropped]);
  }
  return addressed.map((one, i) => {
    const { message, inbox, identity, address } = one;
    const customerId = earlier.get(keyOf(one)) ?? customers.get(identityKey(identity))?.customerId;
    if (!customerId) throw new ErasedRefusal(['messages', String(i), 'sender', 'value']);
    const personId = personOf.get(customerId)!;
    const references = referencesIn(`${message.subject ?? ''}\n${message.text}`.slice(0, 2_000)).slice(0, 5);
    const isPublic = message.isPublic ?? inbox.isPublic;
    return { message, inboxId: inbox.id, channel: inbox.channel, address, isPublic, customerId, personId, references };
  });
}
