import type { DropReason, IdentityLimit, IdentityRules } from '../../../values/identity-rules.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';

/** An identifier that a person is known to have. */
export interface KnownIdentity {
  readonly kind: IdentityKind;
  readonly matchKey: string;
  readonly namespace: string;
  readonly verified: boolean;
  readonly lastSeenAtMs: number;
}

/** An identifier of an event, with what is known of it. */
export interface WeighedIdentity {
  readonly kind: IdentityKind;
  readonly matchKey: string;
  readonly namespace: string;
  readonly verified: boolean;
  /** Who has it. Null: nobody. */
  readonly owner: {
    readonly personId: CustomerId;
    readonly lastSeenAtMs: number;
    readonly known: readonly KnownIdentity[];
  } | null;
  /** How many other persons came with it lately, as evidence says. */
  readonly othersCame: number;
}

/** What becomes of each identifier, by its place in the event. */
export interface Weighing {
  /** Whose event it is, the person with the strongest identifier first; more than one: they are one person. Empty: nobody's yet. */
  readonly persons: readonly CustomerId[];
  /** Taken, and the person's already. */
  readonly known: readonly number[];
  /** Taken, and nobody's until now. */
  readonly fresh: readonly number[];
  /** Taken from an owner who has not been seen with it for long. */
  readonly recycled: readonly number[];
  readonly dropped: readonly { readonly place: number; readonly reason: DropReason }[];
}

/** What an event is weighed in. */
export interface Surroundings {
  readonly nowMs: number;
  /** Persons whom staff parted or said to be two. Default: none. */
  readonly apart?: readonly PersonPair[];
}

export type PersonPair = readonly [CustomerId, CustomerId];

const DAY_MS = 86_400_000;

/**
 * Decides whose event it is. From the strongest identifier down each one is asked what it says; one that contradicts what stronger ones
 * said is dropped, and the rest goes on without it. Pure: the same event and the same knowledge always give the same answer.
 */
export function weighIdentities(
  rules: IdentityRules,
  told: readonly WeighedIdentity[],
  { nowMs, apart = [] }: Surroundings,
): Weighing {
  const weighing = new Subject(rules, nowMs, apart);
  const places = told.map((_, place) => place).sort((a, b) => byStrength(rules, told[a]!, told[b]!) || a - b);
  for (const place of places) weighing.take(place, told[place]!);
  return weighing;
}

/** Strong kinds before all others; of these what the source vouches for; then by priority. */
function byStrength(rules: IdentityRules, a: WeighedIdentity, b: WeighedIdentity): number {
  const rank = ({ kind, verified }: WeighedIdentity) => (rules[kind].isStrong ? 2 : verified ? 1 : 0);
  return rank(b) - rank(a) || rules[b.kind].priority - rules[a.kind].priority;
}

/** Ids that we gave to somebody of whom nothing was known: they tell nobody apart. */
const isGuest = ({ kind, namespace }: { kind: IdentityKind; namespace: string }) =>
  kind === 'external_id' && /^guest(?::|$)|:order$/.test(namespace);

class Subject implements Weighing {
  readonly persons: CustomerId[] = [];
  readonly known: number[] = [];
  readonly fresh: number[] = [];
  readonly recycled: number[] = [];
  readonly dropped: { place: number; reason: DropReason }[] = [];
  /** All that the persons had before the event. */
  private readonly had: KnownIdentity[] = [];
  /** What the event adds to it. */
  private readonly added: KnownIdentity[] = [];
  /** Persons whom strong or verified identifiers of the event named. */
  private readonly proved = new Set<CustomerId>();
  private readonly protected = new Set<CustomerId>();

  private readonly rules: IdentityRules;
  private readonly nowMs: number;
  private readonly apart: readonly PersonPair[];

  constructor(rules: IdentityRules, nowMs: number, apart: readonly PersonPair[]) {
    this.rules = rules;
    this.nowMs = nowMs;
    this.apart = apart;
  }

  take(place: number, told: WeighedIdentity): void {
    const { owner } = told;
    const reason = this.reasonAgainst(told);
    if (reason === 'conflict' && this.isStale(told) && !this.isOver([told])) {
      this.recycled.push(place);
      this.add(told);
    } else if (reason) this.dropped.push({ place, reason });
    else if (!owner) {
      this.fresh.push(place);
      this.add(told);
    } else {
      this.known.push(place);
      this.join(owner);
      if (this.isProof(told)) this.proved.add(owner.personId);
    }
  }

  private reasonAgainst(told: WeighedIdentity): DropReason | null {
    const { owner } = told;
    if (told.othersCame >= this.rules[told.kind].personsPerValue.most) return 'shared';
    if (!owner) return this.isOver([told]) ? 'limit' : null;
    if (this.persons.includes(owner.personId)) return null;
    if (this.isApart(owner.personId) || this.contradicts(told, owner.known)) return 'conflict';
    if (this.persons.length === 0) return null;
    if (!this.isProvedWith(told, owner)) return 'unproved';
    return this.isOver(owner.known) ? 'limit' : null;
  }

  private isApart = (owner: CustomerId): boolean =>
    this.apart.some(
      (pair) => pair.includes(owner) && this.persons.some((person) => person !== owner && pair.includes(person)),
    );

  /** Whether the owner has, of a kind that counts more than this identifier, another value than the person of the event. */
  private contradicts(told: WeighedIdentity, ownerHas: readonly KnownIdentity[]): boolean {
    const { priority } = this.rules[told.kind];
    const outweighs = (least: number) => (each: KnownIdentity) =>
      !isGuest(each) && (this.rules[each.kind].isStrong || (!told.verified && this.rules[each.kind].priority >= least));
    // Two e-mail addresses of one event are one person’s two addresses; those of two persons tell them apart.
    const mine = groupsOf([...this.had.filter(outweighs(priority)), ...this.added.filter(outweighs(priority + 1))]);
    for (const [group, theirs] of groupsOf(ownerHas)) {
      const ours = mine.get(group);
      if (!ours) continue;
      const { isStrong, valuesPerPerson } = this.rules[theirs.kind];
      const all = new Set([...theirs.keys, ...ours.keys]).size;
      const isOneWithin = all === Math.max(theirs.keys.size, ours.keys.size);
      const isApart = all === theirs.keys.size + ours.keys.size;
      if (!isOneWithin && (isStrong ? all > valuesPerPerson.most : isApart)) return true;
    }
    return false;
  }

  /**
   * Somebody who has something strong or verified is joined with another person only by what is strong or verified itself: a stated
   * address must not open somebody's record. Two of whom no more is known than addresses are joined on the word of the source.
   */
  private isProvedWith(told: WeighedIdentity, owner: NonNullable<WeighedIdentity['owner']>): boolean {
    if (this.isProtected(owner.known) && !this.isProof(told)) return false;
    return this.persons.every((person) => !this.protected.has(person) || this.proved.has(person));
  }

  private isProof = ({ kind, verified }: WeighedIdentity) => verified || this.rules[kind].isStrong;

  private isProtected = (known: readonly KnownIdentity[]) =>
    known.some((each) => each.verified || (this.rules[each.kind].isStrong && !isGuest(each)));

  private isStale({ kind, owner }: WeighedIdentity): boolean {
    const { staleAfterDays } = this.rules[kind];
    return owner !== null && staleAfterDays !== null && owner.lastSeenAtMs < this.nowMs - staleAfterDays * DAY_MS;
  }

  /** Whether the person would have more values of a kind than one person may. What they have already stays. */
  private isOver(more: readonly (KnownIdentity | WeighedIdentity)[]): boolean {
    const before = groupsOf([...this.had, ...this.added].filter((each) => this.counts(each)));
    const added = groupsOf(more.map(seenAt(this.nowMs)).filter((each) => this.counts(each) && !isGuest(each)));
    return [...added].some(([group, { kind, keys }]) => {
      const all = new Set([...keys, ...(before.get(group)?.keys ?? [])]).size;
      return all > Math.max(this.rules[kind].valuesPerPerson.most, before.get(group)?.keys.size ?? 0, keys.size);
    });
  }

  private counts = ({ kind, lastSeenAtMs }: KnownIdentity) =>
    isWithin(this.rules[kind].valuesPerPerson, lastSeenAtMs, this.nowMs);

  private join({ personId, known }: NonNullable<WeighedIdentity['owner']>): void {
    if (this.persons.includes(personId)) return;
    this.persons.push(personId);
    this.had.push(...known);
    if (this.isProtected(known)) this.protected.add(personId);
  }

  private add(told: WeighedIdentity): void {
    this.added.push(seenAt(this.nowMs)(told));
  }
}

/** The moment from which on something counts for a limit, in milliseconds. */
const beginningOf = ({ withinDays }: IdentityLimit, nowMs: number): number =>
  withinDays === null ? 0 : nowMs - withinDays * DAY_MS;

/** The same as ISO text, as the database takes it. */
export const beginningAt = (limit: IdentityLimit, now: Date): string =>
  new Date(beginningOf(limit, now.getTime())).toISOString();

const isWithin = (limit: IdentityLimit, lastSeenAtMs: number, nowMs: number) =>
  lastSeenAtMs >= beginningOf(limit, nowMs);

const seenAt =
  (nowMs: number) =>
  (each: KnownIdentity | WeighedIdentity): KnownIdentity =>
    'lastSeenAtMs' in each ? each : { ...each, lastSeenAtMs: nowMs };

interface Group {
  readonly kind: IdentityKind;
  readonly keys: Set<string>;
}

/** Values by kind and namespace. */
function groupsOf(identities: readonly KnownIdentity[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { kind, namespace, matchKey } of identities) {
    const name = `${kind}\n${namespace}`;
    const group = groups.get(name) ?? { kind, keys: new Set() };
    groups.set(name, group);
    group.keys.add(matchKey);
  }
  return groups;
}
