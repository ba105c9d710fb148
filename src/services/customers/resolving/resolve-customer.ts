import type { CustomerId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import { StartOver } from '../../events/atomically.ts';
import { verifyIdentities } from '../add-identity.ts';
import { findNationalForm } from '../find-national-form.ts';
import { createCustomer, findByIdentity, type Identified } from '../identify-customer.ts';
import { insertIdentities } from '../insert-identities.ts';
import { joinPersons } from '../merging/join-persons.ts';
import { suppressedAmong } from '../suppression.ts';
import { activeRules, knownRules, type RuleSet } from './active-rules.ts';
import { dropIdentities, forgetEvidence } from './drop-identities.ts';
import { endIdentities } from './end-identities.ts';
import { lookUpOwners, type LookedUp } from './look-up-owners.ts';
import {
  isDropped,
  isTold,
  readStated,
  type DroppedIdentity,
  type StatedIdentity,
  type ToldIdentity,
} from './told-identity.ts';
import { weighIdentities, type Weighing } from './weigh-identities.ts';

/** How somebody showed up, by all that the source knows of who it is. */
export interface Appearance {
  readonly identities: readonly StatedIdentity[];
  /** Who it is when nothing of that can be used: an id of this event alone. Null: then it is nobody. */
  readonly guestId: string | null;
  readonly displayName?: string | null;
  /** Country in which national phone numbers are read. */
  readonly market: string | null;
  /** Where it was seen: a channel, or the name of a system. */
  readonly source: string;
  /** The source's clock. */
  readonly occurredAt: Date;
}

export interface Resolved extends Identified {
  /** Identifiers that are this person's. */
  readonly taken: readonly ToldIdentity[];
  /** Identifiers that are not, each with why. */
  readonly dropped: readonly DroppedIdentity[];
}

/**
 * Finds the customer that an event is of, by all identifiers that it names, or makes one; joins persons who turn out to be one. The
 * same event on the same state ends the same way, and what decides is read under the locks of the persons concerned. Null: nothing
 * that it names can be used. Rows of the event belong to the customer who has the first identifier that was taken.
 */
export async function resolveCustomer(
  tx: TransactionScope,
  appearance: Appearance,
  ruleSet: RuleSet = knownRules(tx),
): Promise<Resolved | null> {
  const { rules, version } = ruleSet;
  const read = await Promise.all(
    appearance.identities.map(async (stated) => {
      const each = readStated(rules, stated, appearance);
      if (isTold(each) || each.kind !== 'phone' || each.reason !== 'malformed') return each;
      // Without a country it may still be how somebody's number is written at home.
      const number = await findNationalForm(tx, each.value);
      return number === null ? each : readStated(rules, { ...stated, value: number }, appearance);
    }),
  );
  const told = distinct(read.filter(isTold));
  const known = await lookUpOwners(tx, rules, told, appearance.occurredAt);
  if (known.rulesVersion !== version) return resolveCustomer(tx, appearance, await activeRules(tx));
  const weighing = weighIdentities(rules, known.identities, {
    nowMs: appearance.occurredAt.getTime(),
    apart: known.apart,
  });
  const taken = [...weighing.known, ...weighing.fresh, ...weighing.recycled].sort((a, b) => a - b);
  if (taken.length === 0 && appearance.guestId === null) return null;
  const identified = await settle(tx, { appearance, told, known: known.identities, weighing });
  const unfit = weighing.dropped.map(({ place, reason }) => ({ ...told[place]!, reason }));
  const dropped = [...read.filter(isDropped), ...unfit].map(({ kind, value, matchKey, verified, reason }) => ({
    ...{ kind, value, matchKey, verified, reason },
  }));
  const { customerId, personId } = identified;
  const { source, occurredAt } = appearance;
  const from = { customerId, personId, isKnown: taken.length > 0, source, rulesVersion: version, occurredAt };
  await dropIdentities(tx, from, dropped);
  return { ...identified, taken: taken.map((place) => told[place]!), dropped };
}

interface Settling {
  readonly appearance: Appearance;
  readonly told: readonly ToldIdentity[];
  readonly known: readonly LookedUp[];
  readonly weighing: Weighing;
}

/** Writes what was decided. */
async function settle(tx: TransactionScope, settling: Settling): Promise<Identified> {
  const { appearance, told, known, weighing } = settling;
  const { source, occurredAt, displayName = null } = appearance;
  const news = [...weighing.fresh, ...weighing.recycled].sort((a, b) => a - b).map((place) => told[place]!);
  const recycled = weighing.recycled.map((place) => known[place]!);
  await endIdentities(tx, recycled, occurredAt);
  if (weighing.persons.length === 0) {
    if (news.length === 0) return guest(tx, appearance);
    const made = await createCustomer(tx, { identities: news, displayName, source, occurredAt });
    if (!made) throw new StartOver();
    return made;
  }
  // Ids sort by time of making: whoever arrived first is the person. One alone is locked since the look-up.
  const [first, ...others] = weighing.persons.toSorted() as [CustomerId, ...CustomerId[]];
  const { personId } =
    others.length === 0 ? { personId: first } : await joinPersons(tx, [first, ...others], { reason: 'identity' });
  const { customerId } = known[Math.min(...weighing.known)]!;
  const whose = { customerId: customerId!, personId };
  if (weighing.persons.length > 1)
    await forgetEvidence(
      tx,
      personId,
      weighing.known.map((place) => told[place]!),
    );
  const theirs = await withoutErased(tx, news, occurredAt);
  const added = await insertIdentities(tx, whose, theirs, { source, seenAt: occurredAt });
  if (added.length < theirs.length) throw new StartOver();
  await seeAgain(
    tx,
    personId,
    weighing.known.map((place) => known[place]!),
    occurredAt,
  );
  return { ...whose, isNew: false };
}

/** What somebody was erased with is not given to another person. */
async function withoutErased(tx: TransactionScope, news: readonly ToldIdentity[], occurredAt: Date) {
  const erased = await suppressedAmong(
    tx,
    news.map(({ kind, normalized }) => ({ kind, normalized, occurredAt })),
  );
  return news.filter((_, place) => !erased.has(place));
}

/** Somebody of whom the event says nothing that can be used: known by the event alone, or by its thread. */
async function guest(tx: TransactionScope, appearance: Appearance): Promise<Identified> {
  const { guestId, displayName = null, source, occurredAt } = appearance;
  const identity = { kind: 'external_id' as const, value: guestId!, normalized: guestId!, verified: false };
  const contact = { identities: [identity], displayName, source, occurredAt };
  return (
    (await findByIdentity(tx, 'external_id', guestId!)) ??
    (await createCustomer(tx, contact)) ??
    (await findByIdentity(tx, 'external_id', guestId!))!
  );
}

const DAY_MS = 86_400_000;

/** Keeps when identifiers came last, to the day, and that a source vouches for them. */
async function seeAgain(
  tx: TransactionScope,
  personId: Identified['personId'],
  known: readonly LookedUp[],
  occurredAt: Date,
): Promise<void> {
  const old = known.filter(({ owner }) => owner!.lastSeenAtMs <= occurredAt.getTime() - DAY_MS);
  if (old.length > 0)
    await tx.db.sql`
      update identities set last_seen_at = ${occurredAt} where id = any (${old.map(({ identityId }) => identityId)}::text[])`;
  const vouched = known.filter(({ verified, wasVerified }) => verified && !wasVerified);
  await verifyIdentities(
    tx,
    personId,
    vouched.map(({ identityId }) => identityId!),
  );
}

/** Of two writings of one identifier the first, verified when one of them is. */
function distinct(told: readonly ToldIdentity[]): ToldIdentity[] {
  const groups = Map.groupBy(told, ({ kind, matchKey }) => `${kind}\n${matchKey}`);
  return [...groups.values()].map((same) => ({ ...same[0]!, verified: same.some(({ verified }) => verified) }));
}
