import type { VersionOf } from '../services/access/audit-trail.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import type { Scope } from '../services/scope.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** What a subscription to events watches, decided once at subscribe. */
export interface EventWatch {
  readonly streams: readonly string[];
  readonly topics: readonly string[];
  /** Whether the event belongs to this subscription; `left` when its object leaves the filter by it. Null: it does not. */
  select(event: JournalEvent): { left: boolean } | null;
  /** Asked again for each event: may this viewer see its object now? */
  isVisible(scope: Scope, event: JournalEvent): Promise<boolean>;
}

/** A subscription field that delivers events one by one. Throws AccessDenied, InvalidRequest. */
export interface EventSubscription {
  readonly kind: 'events';
  watch(scope: Scope, args: Arguments): Promise<EventWatch>;
}

/** Whose packets a subscription wants now. */
export interface PacketWatch {
  readonly customerIds: readonly string[];
  /** Topics after whose events the list of customers is asked for again. */
  readonly topics: readonly string[];
}

/** A subscription field that delivers packets: state, the newest wins. Throws AccessDenied, InvalidRequest. */
export interface PacketSubscription {
  readonly kind: 'packets';
  watch(scope: Scope, args: Arguments): Promise<PacketWatch>;
}

/** What makes a state old. */
export interface StateWatch {
  readonly topics: readonly string[];
}

/** A subscription field that delivers one state of the whole, read anew after changes. Throws AccessDenied. */
export interface StateSubscription {
  readonly kind: 'state';
  /** The payload's field that holds the state. */
  readonly field: string;
  /** It is read this often at most, in milliseconds. */
  readonly atMostEveryMs: number;
  watch(scope: Scope, args: Arguments): Promise<StateWatch>;
  read(scope: Scope): Promise<object>;
}

/** The subscriptions of the graph by field name; given to the live edge by the composition root. */
export type Subscriptions = Readonly<Record<string, EventSubscription | PacketSubscription | StateSubscription>>;

/** What the root resolver of an event subscription is given. */
export interface EventPayload {
  readonly cursor: string;
  /** Null: a checkpoint. */
  readonly event: DeliveredEvent | null;
}

/** An event as resolvers see it: the journal's row with readable moments. */
export interface DeliveredEvent extends Omit<JournalEvent, 'xid' | 'recordedAtMs'> {
  readonly recordedAt: Date;
  readonly left: boolean;
  /** Whom it is about. Null: no customer. */
  readonly customerId: string | null;
}

export function deliver(event: JournalEvent, left: boolean): DeliveredEvent {
  const { xid: _, recordedAtMs, ...rest } = event;
  return { ...rest, recordedAt: new Date(recordedAtMs), left, customerId: customersOf(event)[0] ?? null };
}

const OF_CUSTOMER = 'customer:';

/** The customers whose streams an event belongs to. */
const customersOf = ({ streams }: JournalEvent): string[] =>
  streams.filter((name) => name.startsWith(OF_CUSTOMER)).map((name) => name.slice(OF_CUSTOMER.length));

/** How far the streams of customers were by an event. */
export const versionsIn =
  ({ streams, versions }: JournalEvent): VersionOf =>
  (customerId) =>
    versions[streams.indexOf(OF_CUSTOMER + customerId)] ?? null;
