import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { UNAUDITED, type AuditTrail } from '../services/access/audit-trail.ts';
import { decodeCursor, encodeCursor, placeAt, type Place } from '../services/events/cursor.ts';
import type { Installation } from '../services/events/installation.ts';
import { areKept, readSnapshot } from '../services/events/read-events.ts';
import type { Scope } from '../services/scope.ts';
import { CursorExpired, InvalidRequest } from '../values/invalid-request.ts';
import { gather } from '../services/gather.ts';
import { inSpan } from '../values/in-span.ts';
import type { BrokerState, LiveBatch, StartBackbone } from './backbone.ts';
import type { KnownContexts } from '../services/context/read-context.ts';
import { ContextAssembly } from './context-assembly.ts';
import { ContextMemo, type ContextCacheSettings } from './context-memo.ts';
import type { EdgeParts } from './edge-parts.ts';
import { EventGroup } from './event-group.ts';
import { FairQueue } from './fair-queue.ts';
import { goRound } from './go-round.ts';
import { Hub } from './hub.ts';
import type { LiveOperation, LiveStream, Sink } from './live-operation.ts';
import type { Member } from './member.ts';
import { MissedEvents } from './missed-events.ts';
import { PacketGroup } from './packet-group.ts';
import { PacketWatches } from './packet-watches.ts';
import { PersonContexts } from './person-contexts.ts';
import { StateGroup } from './state-group.ts';
import type { Subscriptions } from './subscriptions.ts';
import { startTailer } from './tailer.ts';

const SWEEP_MS = 1_000;
const MOST_PLACES = 10_000;
/** Subscriptions that are being opened at a time: enough to share statements, few enough that queries get their turns. */
const OPENED_AT_ONCE = 256;

type Group = EventGroup | PacketGroup | StateGroup;

export interface LiveEdgeOptions {
  database: Database;
  installation: Installation;
  subscriptions: Subscriptions;
  log: Logger;
  /** Where events come from. Default: the tailer of the journal. */
  startBackbone?: StartBackbone;
  /** A checkpoint follows this much silence, in milliseconds. */
  checkpointIntervalMs: number;
  /** A peer that takes no byte for this long is closed, in milliseconds. */
  stalledReaderMs: number;
  /** Contexts that are kept for queries. Default: none. */
  contextCache?: ContextCacheSettings;
  /** Room for what is left of the states of watched persons that nobody needs at the moment. Default: 14 MB. */
  leftBytes?: number;
  /** Told who watches and whom payloads show, before they are sent. Default: nobody is. */
  audit?: AuditTrail;
  /** Told first of every change of a viewer's rights, before any later event of the same batch is delivered. */
  onViewerEvent: (principal: string) => void;
  /** Told of deliveries; milliseconds from commit, null where it says nothing (a resume). */
  onDelivered?: (latencyMs: number | null, count?: number) => void;
}

/** The live edge of one process: everything that happened, to everybody who watches it, in order, once. */
export interface LiveEdge {
  /** Starts a subscription. Throws AccessDenied, InvalidRequest, CursorExpired; then nothing was started. */
  open(operation: LiveOperation, sink: Sink): Promise<LiveStream>;
  /** Tells of each event on these keys from now on, for work of our own that is to be prompt; until the answer is called. */
  watch(keys: readonly string[], onEvent: () => void): () => void;
  /** Contexts of persons that this process knows to be current. */
  readonly contexts: KnownContexts;
  /** Subscriptions running now. */
  subscriptionCount(): number;
  /** Agents with a subscription running here now, each once. */
  agentsWatching(): string[];
  /** Streams and topics that somebody watches now. */
  watchedKeyCount(): number;
  /** Milliseconds since the journal was last read. */
  silentMs(): number;
  /** How the message broker does; null without one. */
  brokerState(): BrokerState | null;
  close(): Promise<void>;
}

export async function openLiveEdge(options: LiveEdgeOptions): Promise<LiveEdge> {
  const { database, installation, log } = options;
  const beginning = await readSnapshot(database.journal);
  const hub = new Hub(beginning);
  const groups = new Map<string, Group>();
  const backbone = await (options.startBackbone ?? startTailer)(database, {
    from: beginning,
    onBatch(batch) {
      publish(hub, batch, options.onViewerEvent);
      endErased(groups.values(), batch);
    },
    log,
  });
  if (backbone.keys) hub.tellKeys(backbone.keys);
  const watches = new PacketWatches(database, log);
  const catchUp = () => backbone.catchUp();
  const assembly = new ContextAssembly(database);
  const contexts = new PersonContexts({ hub, watches, assembly, catchUp, log }, options.leftBytes);
  const audit = options.audit ?? UNAUDITED;
  const parts: EdgeParts = {
    database,
    hub,
    missed: new MissedEvents(hub, database),
    contexts,
    audit,
    log,
    ended: (group) => groups.delete(group),
    cursorOf: rememberingLast((place) => encodeCursor(installation, place)),
    scopeOf: (viewer) => ({ db: database, viewer, now: database.now() }),
    inBackground: (work, what) => void work.catch((error: unknown) => log.warn({ err: error }, `failed: ${what}`)),
    delivered: (committedAtMs, count) =>
      options.onDelivered?.(committedAtMs === null ? null : database.now().getTime() - committedAtMs, count),
  };
  const memo = new ContextMemo({
    contexts,
    catchUp,
    settings: options.contextCache ?? { entries: 0, megabytes: 0 },
  });
  const admission = new FairQueue(OPENED_AT_ONCE);
  const isKept = gather((places: readonly Place[]) => areKept(database.journal, places), MOST_PLACES);

  const open = (operation: LiveOperation, sink: Sink): Promise<LiveStream> =>
    admission.run(operation.viewer.principal, () =>
      inSpan('subscribe', { 'punos.field': operation.field }, () => join(operation, sink)),
    );

  async function join(operation: LiveOperation, sink: Sink): Promise<LiveStream> {
    const subscription = options.subscriptions[operation.field];
    if (!subscription) throw new Error(`No subscription is defined for the field ${operation.field}.`);
    const after = await placeOf(operation.args['after']);
    const { keys, customerIds, makeGroup } = await watchOf(subscription, operation);
    // Whose rows belong to a viewer changes when persons are linked: who comes later does not inherit what an earlier one watches.
    const name = [operation.shareKey, ...keys].join(' ');
    const audited = audit.stream(name);
    await audited.opens(operation, customerIds);
    try {
      // A cursor of another process may be ahead of this one's tailer; after this nothing older than the cursor is to come.
      await backbone.catchUp();
    } catch (error) {
      audited.closes(operation);
      throw error;
    }

    const group = groups.get(name) ?? makeGroup(name);
    groups.set(name, group);
    return group instanceof EventGroup
      ? group.join(operation, sink, after ?? placeAt(hub.place.snapshot))
      : group.join(operation, sink, after);
  }

  /** Asks the subscription what to watch, which may refuse: what that is, and how a group that watches it is made. */
  async function watchOf(
    subscription: Subscriptions[string],
    operation: LiveOperation,
  ): Promise<{ keys: readonly string[]; customerIds: readonly string[]; makeGroup: (name: string) => Group }> {
    const ask = <W>(watch: (scope: Scope, args: LiveOperation['args']) => Promise<W>) =>
      watch(parts.scopeOf(operation.viewer), operation.args);
    if (subscription.kind === 'events') {
      const watch = await ask(subscription.watch);
      return {
        keys: [...watch.streams, ...watch.topics],
        customerIds: [],
        makeGroup: (name) => new EventGroup(parts, name, watch),
      };
    }
    if (subscription.kind === 'state') {
      const watch = await ask(subscription.watch);
      const makeGroup = (name: string) => new StateGroup(parts, name, subscription, watch);
      return { keys: watch.topics, customerIds: [], makeGroup };
    }
    const askAgain = () => ask(subscription.watch);
    const watch = await askAgain();
    const { sections } = operation;
    return {
      // A list that a topic renews is the same for all who ask for it.
      keys: watch.topics.length > 0 ? watch.topics : watch.customerIds,
      customerIds: watch.customerIds,
      makeGroup: (name) => new PacketGroup(parts, name, { watch, askAgain, sections }),
    };
  }

  async function placeOf(after: unknown): Promise<Place | null> {
    if (after == null) return null;
    const place = decodeCursor(installation, String(after));
    if (place === 'malformed')
      throw new InvalidRequest(
        'after',
        '`after` is not a cursor of this server. Take it from a payload or from `Query.cursor`.',
      );
    if (place === 'other-epoch' || !(await isKept(place))) throw new CursorExpired();
    return place;
  }

  const stopSweeping = goRound(function* () {
    for (const group of groups.values()) {
      const now = performance.now();
      for (const member of group.members) tend(group, member, now);
      yield;
    }
    yield* contexts.rest();
  }, SWEEP_MS);

  function tend(group: Group, member: Member, now: number): void {
    if (member.stalledMs(now) > options.stalledReaderMs) {
      group.leave(member);
      member.sink.closeStalled();
    } else if (now - member.lastSentAt >= options.checkpointIntervalMs) {
      group.checkpoint(member).catch((error: unknown) => log.warn({ err: error }, 'a checkpoint could not be sent'));
    }
  }

  return {
    open,
    contexts: memo,
    watch(keys, onEvent) {
      const watcher = { accept: onEvent };
      hub.watch(watcher, keys);
      return () => hub.unwatch(watcher, keys);
    },
    subscriptionCount: () => [...groups.values()].reduce((sum, group) => sum + [...group.members].length, 0),
    agentsWatching() {
      const agentIds = new Set<string>();
      for (const { members } of groups.values())
        for (const { operation } of members) if (operation.viewer.agentId) agentIds.add(operation.viewer.agentId);
      return [...agentIds];
    },
    watchedKeyCount: () => hub.watchedKeys,
    silentMs: () => backbone.silentMs(),
    brokerState: () => backbone.broker?.() ?? null,
    async close() {
      stopSweeping();
      await watches.close();
      await backbone.close();
    },
  };
}

/** Packets of many persons are made at one place: its cursor is signed once. */
function rememberingLast(cursorOf: (place: Place) => string): (place: Place) => string {
  let last: { place: Place; cursor: string } | null = null;
  const isSame = ({ before, after, position }: Place, other: Place) =>
    before.text === other.before.text && after.text === other.after.text && position === other.position;
  return (place) => {
    if (!last || !isSame(last.place, place)) last = { place, cursor: cursorOf(place) };
    return last.cursor;
  };
}

/** Changes of rights come first: what was committed after a revocation is never delivered to the revoked. */
function publish(hub: Hub, batch: LiveBatch, onViewerEvent: (principal: string) => void): void {
  for (const event of batch.events) {
    if (event.type !== 'viewer.revoked' && event.type !== 'viewer.changed') continue;
    for (const name of event.streams) if (name.startsWith('viewer:')) onViewerEvent(name.slice('viewer:'.length));
  }
  hub.publish(batch);
}

/** Whoever watches somebody who was erased is told so, in the turn in which it is heard: nothing of before comes after it. */
function endErased(groups: Iterable<Group>, { events }: LiveBatch): void {
  const streams = new Set(
    events.flatMap((event) =>
      event.type === 'customer.erased' || event.type === 'conversation.erased' ? event.streams : [],
    ),
  );
  if (streams.size === 0) return;
  for (const group of [...groups]) if (!(group instanceof StateGroup)) group.erased(streams);
}
