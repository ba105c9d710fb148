import { createHash } from 'node:crypto';

import type { CustomerId, InboxId } from '../../values/ids.ts';
import type { IdentityRules } from '../../values/identity-rules.ts';
import { Refusal } from '../../values/refusal.ts';
import { findInbox } from '../conversations/ensure-inbox.ts';
import { knownRules } from '../customers/resolving/active-rules.ts';
import { resolveCustomer } from '../customers/resolving/resolve-customer.ts';
import {
  isDropped,
  isTold,
  readStated,
  type DroppedIdentity,
  type ToldIdentity,
} from '../customers/resolving/told-identity.ts';
import { beginningAt } from '../customers/resolving/weigh-identities.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { CheckedMessage } from './inbound-message.ts';
import type { LookedForIdentity, LookedForSender } from './situation.ts';

/** Who sent a message, before the situation is read. */
export interface FoundSender extends Pick<LookedForSender, 'address' | 'whose' | 'named'> {
  /** The sender's identity, when by that alone it is found who it is. */
  readonly told: ToldIdentity | null;
  /** The rule set that this was found by; null: whichever counts. */
  readonly rulesVersion: number | null;
}

/**
 * The sender of nearly every message: by the one identity that the channel carried, without a statement. Null: there is more to it, or it
 * cannot be used.
 */
export async function readSender(scope: Scope, message: CheckedMessage): Promise<FoundSender | null> {
  const { inbox, sender, occurredAt } = message;
  if (sender.identities.length > 0 || sender.verified) return null;
  // National numbers are read in the country of the inbox; only they need to know it beforehand.
  const isNational = sender.kind === 'phone' && !/^\s*(?:\+|00)/.test(sender.value);
  const market = isNational ? ((await findInbox(scope, inbox))?.market ?? null) : null;
  const { rules, version } = knownRules(scope);
  const told = readStated(rules, sender, { market, source: '' });
  if (isDropped(told)) return null;
  return { address: told.normalized, whose: toLookFor(rules, told, occurredAt), told, rulesVersion: version };
}

/**
 * The sender of a message that names several identities, if all of them should turn out to be one person's: then nothing is to be weighed. Without a statement. Null: one
 * cannot be used as it is.
 */
export function readSenderOfSeveral(scope: Scope, { sender, occurredAt }: CheckedMessage): FoundSender | null {
  const { rules, version } = knownRules(scope);
  const read = [sender, ...sender.identities].map((each) => readStated(rules, each, { market: null, source: '' }));
  if (!read.every(isTold)) return null;
  const [told] = read as [ToldIdentity];
  const named = read.map((each) => ({ ...toLookFor(rules, each, occurredAt), verified: each.verified }));
  return { address: told.normalized, whose: toLookFor(rules, told, occurredAt), named, told, rulesVersion: version };
}

function toLookFor(rules: IdentityRules, { kind, matchKey }: ToldIdentity, occurredAt: Date): LookedForIdentity {
  const { most, withinDays } = rules[kind].personsPerValue;
  return { kind, matchKey, limit: { most, since: beginningAt({ most, withinDays }, occurredAt) } };
}

/**
 * The sender of a message that names several identities, or one that tells nobody apart. Whatever cannot be used is dropped, and the
 * message is somebody's all the same: a guest's, who is known by the thread or by this message alone.
 */
export async function resolveSender(tx: TransactionScope, message: CheckedMessage): Promise<FoundSender> {
  // A redelivery finds whose it was, whatever would be found today.
  const [inbox, earlier] = await Promise.all([findInbox(tx, message.inbox), findEarlier(tx, message)]);
  if (!inbox) throw new Refusal('NOT_FOUND', 'There is no inbox with this id or external id.', ['input', 'inbox']);
  const { sender, occurredAt } = message;
  const { market, channel: source } = inbox;
  const told = readStated(knownRules(tx).rules, sender, { market, source });
  const address = addressOf(told);
  const resolved = earlier
    ? { customerId: earlier }
    : await resolveCustomer(tx, {
        ...{ identities: [sender, ...sender.identities], guestId: guestIdOf(inbox.id, message) },
        ...{ displayName: sender.displayName, market, source, occurredAt },
      });
  return { address, whose: { customerId: resolved!.customerId }, told: null, rulesVersion: null };
}

async function findEarlier(tx: TransactionScope, { inbox, externalId }: CheckedMessage): Promise<CustomerId | null> {
  // The id of one inbox may be the external id of another: the id counts, as everywhere.
  const [row] = await tx.db.sql<{ customerId: CustomerId }[]>`
    select m.customer_id
    from (select id from inboxes where id = ${inbox} or external_id = ${inbox} order by id = ${inbox} desc limit 1) i
    join messages m on m.inbox_id = i.id and m.external_id = ${externalId}`;
  return row?.customerId ?? null;
}

/** Where a reply goes: what cannot be read is left to the channel as it came. */
export const addressOf = (told: ToldIdentity | DroppedIdentity): string =>
  isDropped(told) ? told.value || 'unknown' : told.normalized;

/** Who somebody is of whom nothing can be used: one thread is one person’s, and so is one message. */
export function guestIdOf(inboxId: InboxId, { threadId, externalId }: CheckedMessage): string {
  const hash = createHash('sha256').update(threadId === null ? `message ${externalId}` : `thread ${threadId}`);
  return `guest:${inboxId}:${hash.digest('base64url').slice(0, 22)}`;
}
