import type { DropReason, IdentityRules } from '../../../values/identity-rules.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';
import type { HistoricEvidence, HistoricIdentity, PersonHistory } from './read-history.ts';
import { isDropped, namespaceOf, readStated } from './told-identity.ts';
import { weighIdentities, type KnownIdentity, type WeighedIdentity } from './weigh-identities.ts';

/** Which of the two rule sets. */
type Side = 'present' | 'changed';

/** How a person ends when its history is told again. */
export interface Replayed {
  /** As how many persons. */
  readonly persons: number;
  /** What is nobody’s then, by kind and value. */
  readonly dropped: ReadonlyMap<string, { readonly kind: IdentityKind; readonly reason: DropReason }>;
}

interface Happening {
  readonly atMs: number;
  readonly identities: readonly HistoricIdentity[];
}

const keyOf = ({ kind, matchKey }: { kind: IdentityKind; matchKey: string }) => `${kind}\n${matchKey}`;

const toKnown = ({ kind, matchKey, normalized, source, verified, lastSeenAtMs }: HistoricIdentity): KnownIdentity => ({
  ...{ kind, matchKey, verified, lastSeenAtMs, namespace: namespaceOf(kind, normalized, source) },
});

/** Tells again how a person came to be: what came at one moment under one customer is one event, and so is each link. */
export function replayPerson(person: PersonHistory, rules: IdentityRules, set: Side): Replayed {
  const whose = new Map<string, CustomerId>();
  const known = new Map<CustomerId, KnownIdentity[]>();
  const dropped = new Map<string, { kind: IdentityKind; reason: DropReason }>();
  let count = 0;
  for (const { atMs, identities } of happeningsOf(person)) {
    const usable = identities.filter((identity) => {
      const reason = unusable(rules, identity);
      if (reason) dropped.set(keyOf(identity), { kind: identity.kind, reason });
      return !reason;
    });
    const told = usable.map((identity): WeighedIdentity => {
      const personId = whose.get(keyOf(identity));
      const owner = personId ? { personId, known: known.get(personId)!, lastSeenAtMs: atMs } : null;
      return { ...toKnown(identity), owner, othersCame: identity.othersCame[set] };
    });
    const { persons, fresh, recycled, dropped: unfit } = weighIdentities(rules, told, { nowMs: atMs });
    for (const { place, reason } of unfit)
      if (!told[place]!.owner) dropped.set(keyOf(usable[place]!), { kind: usable[place]!.kind, reason });
    const news = [...fresh, ...recycled].map((place) => usable[place]!);
    const [survivor = `cus_${(count += 1)}` as CustomerId, ...others] = persons;
    const all = [...[survivor, ...others].flatMap((id) => known.get(id) ?? []), ...news.map(toKnown)];
    if (all.length === 0) continue;
    for (const other of others) known.delete(other);
    known.set(survivor, all);
    for (const one of all) {
      whose.set(keyOf(one), survivor);
      dropped.delete(keyOf(one));
    }
  }
  return { persons: known.size, dropped };
}

/** The events in the order of time. What a customer had already stands beside what came: by that it was known whose it is. */
function happeningsOf({ personId, identities, links }: PersonHistory): Happening[] {
  const arrivals = Map.groupBy(
    identities,
    ({ customerId, firstSeenAtMs, source }) => `${customerId} ${firstSeenAtMs} ${source}`,
  );
  const before = (customerId: CustomerId, atMs: number) =>
    identities.filter((one) => one.customerId === customerId && one.firstSeenAtMs <= atMs);
  const arrived = [...arrivals.values()].map(([first]): Happening => {
    const { customerId, firstSeenAtMs: atMs } = first!;
    return { atMs, identities: before(customerId, atMs) };
  });
  const joined = links.map(({ memberId, linkedAtMs: atMs }): Happening => {
    return { atMs, identities: [...before(personId, atMs), ...before(memberId, atMs)] };
  });
  return [...arrived, ...joined].sort((a, b) => a.atMs - b.atMs);
}

/** Why the rules would drop an identifier that came with somebody; null: they would take it. */
export function replayEvidence(
  { personId, identities }: PersonHistory,
  { customerId, kind, value, matchKey, verified, source, lastSeenAtMs, othersCame, owner }: HistoricEvidence,
  rules: IdentityRules,
  set: Side,
): DropReason | null {
  const read = readStated(rules, { kind, value }, { market: null, source });
  if (isDropped(read) && read.reason === 'blocked') return 'blocked';
  // What could not be read then cannot be now; a national number was read in a market, and has its key.
  if (isDropped(read) && matchKey === read.matchKey) return read.reason;
  const known = identities.map(toKnown);
  const anchors = identities
    .filter((one) => one.customerId === customerId && !unusable(rules, one))
    .map((one): WeighedIdentity => ({
      ...toKnown(one),
      owner: { personId, known, lastSeenAtMs: one.lastSeenAtMs },
      othersCame: one.othersCame[set],
    }));
  const ownerOfIt = owner && {
    personId: owner.personId,
    known: owner.identities.map(toKnown),
    // As seen then: what was recycled since is not told again.
    lastSeenAtMs,
  };
  const namespace = namespaceOf(kind, matchKey, source);
  const told = [{ kind, matchKey, namespace, verified, owner: ownerOfIt, othersCame: othersCame[set] }, ...anchors];
  const { dropped } = weighIdentities(rules, told, { nowMs: lastSeenAtMs });
  return dropped.find(({ place }) => place === 0)?.reason ?? null;
}

function unusable(rules: IdentityRules, { kind, value, normalized, source }: HistoricIdentity): DropReason | null {
  for (const text of [value, normalized]) {
    const read = readStated(rules, { kind, value: text }, { market: null, source });
    if (isDropped(read) && read.reason === 'blocked') return 'blocked';
  }
  return null;
}
