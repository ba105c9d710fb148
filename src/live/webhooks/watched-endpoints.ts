import type { Logger } from 'pino';

import { readKeyViewers } from '../../services/access/read-key-viewer.ts';
import { decodeCursor, type Place } from '../../services/events/cursor.ts';
import type { Installation } from '../../services/events/installation.ts';
import type { Interest, JournalEvent } from '../../services/events/read-events.ts';
import {
  readEnabledWebhooks,
  readWebhookRevisions,
  readWebhooksVersion,
  type EnabledWebhookEndpoint,
} from '../../services/partners/read-webhook-endpoints.ts';
import type { WatchingEndpoint, WatchingEndpoints } from '../../services/partners/write-webhook-deliveries.ts';
import type { Scope } from '../../services/scope.ts';
import type { ApiKeyId, WebhookEndpointId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { SetsByKey } from '../sets-by-key.ts';
import type { EventWatch } from '../subscriptions.ts';
import { readWebhook, type SubscriptionParts } from './webhook-subscription.ts';

/** What was allowed or not is asked again after so long: a key may have got back what it lacked. */
const REMEMBERED_MS = 60_000;

export interface WatchedEndpoint extends WatchingEndpoint {
  readonly revision: number;
  /** Something is asked for once more. */
  replays: boolean;
  readonly watch: EventWatch;
}

/**
 * The endpoints that are enabled and what each of them watches, as this process knows them. They are as they stand in the database whenever
 * `refresh` was asked: one small question says whether anything changed, and only what did is read again.
 */
export class WatchedEndpoints implements WatchingEndpoints {
  readonly #parts: SubscriptionParts & { readonly installation: Installation; readonly log: Logger };
  readonly #byId = new Map<WebhookEndpointId, WatchedEndpoint>();
  #byKey = new SetsByKey<WatchedEndpoint>();
  readonly #refused = new Map<WebhookEndpointId, string>();
  readonly #readmitted = new Set<WebhookEndpointId>();
  readonly #keyIds = new Map<WebhookEndpointId, ApiKeyId>();
  readonly #ended = new Set<WebhookEndpointId>();
  #interest: Interest = { streams: [], topics: [] };
  #version = -1;
  #readAt = -Infinity;
  #doubted = new Set<ApiKeyId>();

  constructor(parts: SubscriptionParts & { readonly installation: Installation; readonly log: Logger }) {
    this.#parts = parts;
  }

  get all(): readonly WatchedEndpoint[] {
    return [...this.#byId.values()];
  }

  /** Everything that any of them watches. */
  get interest(): Interest {
    return this.#interest;
  }

  get refused(): ReadonlyMap<WebhookEndpointId, string> {
    return this.#refused;
  }

  get readmitted(): Iterable<WebhookEndpointId> {
    return this.#readmitted;
  }

  /** Keys that all of them have, also those that may watch nothing. */
  get keyIds(): ReadonlySet<ApiKeyId> {
    return new Set(this.#keyIds.values());
  }

  /** A key was changed: what its endpoints may watch is asked again the next time. */
  doubt(keyId: ApiKeyId): void {
    this.#doubted.add(keyId);
  }

  /** Each endpoint once, however many of its keys the event has. */
  wanting(event: JournalEvent): WatchedEndpoint[] {
    const found = new Set<WatchedEndpoint>();
    for (const key of [...event.streams, ...event.topics]) for (const one of this.#byKey.of(key)) found.add(one);
    return [...found].filter(({ watch }) => watch.select(event) !== null);
  }

  /** Nothing of what was asked for once more is left. */
  replayed(id: WebhookEndpointId): void {
    const known = this.#byId.get(id);
    if (known) known.replays = false;
  }

  /** Endpoints whose key was found to be dead since the last time. */
  takeEnded(): WebhookEndpointId[] {
    const ended = [...this.#ended];
    this.#ended.clear();
    return ended;
  }

  /** True when anything is another than before. */
  async refresh(scope: Scope): Promise<boolean> {
    const version = await readWebhooksVersion(scope);
    const isOld = performance.now() - this.#readAt > REMEMBERED_MS;
    if (version === this.#version && !isOld && this.#doubted.size === 0) return false;
    // A doubt that comes while this reads is answered by the next one.
    const doubted = this.#doubted;
    this.#doubted = new Set();
    try {
      await this.#readOther(scope, { isOld, doubted });
    } catch (error) {
      for (const keyId of doubted) this.#doubted.add(keyId);
      throw error;
    }
    this.#index();
    this.#version = version;
    this.#readAt = performance.now();
    return true;
  }

  /** Reads what is another than before, or may be. */
  async #readOther(
    scope: Scope,
    { isOld, doubted }: { readonly isOld: boolean; readonly doubted: ReadonlySet<ApiKeyId> },
  ): Promise<void> {
    const revisions = await readWebhookRevisions(scope);
    for (const id of this.#keyIds.keys()) if (!revisions.has(id)) this.#forget(id);
    const isOther = ([id, revision]: [WebhookEndpointId, number]) =>
      isOld || this.#byId.get(id)?.revision !== revision || doubted.has(this.#keyIds.get(id)!);
    await this.#read(
      scope,
      [...revisions].filter(isOther).map(([id]) => id),
    );
  }

  #forget(id: WebhookEndpointId): void {
    this.#byId.delete(id);
    this.#refused.delete(id);
    this.#readmitted.delete(id);
    this.#keyIds.delete(id);
  }

  #index(): void {
    const watches = this.all.map(({ watch }) => watch);
    this.#interest = {
      streams: [...new Set(watches.flatMap(({ streams }) => streams))],
      topics: [...new Set(watches.flatMap(({ topics }) => topics))],
    };
    this.#byKey = new SetsByKey();
    for (const one of this.#byId.values())
      for (const key of [...one.watch.streams, ...one.watch.topics]) this.#byKey.add(key, one);
  }

  async #read(scope: Scope, ids: readonly WebhookEndpointId[]): Promise<void> {
    const endpoints = await readEnabledWebhooks(scope, ids);
    const viewers = await readKeyViewers(scope.db.sql, [...new Set(endpoints.map(({ keyId }) => keyId))]);
    for (const endpoint of endpoints) {
      this.#forget(endpoint.id);
      this.#keyIds.set(endpoint.id, endpoint.keyId);
      const viewer = viewers.get(endpoint.keyId);
      if (!viewer) {
        this.#ended.add(endpoint.id);
        continue;
      }
      try {
        const { watch } = await readWebhook(this.#parts, { ...scope, viewer }, endpoint);
        if (endpoint.isInGap) this.#readmitted.add(endpoint.id);
        else this.#byId.set(endpoint.id, this.#watched(endpoint, watch));
      } catch (error) {
        // Its key may not any more what it was registered for: nothing is due to it until it may again, and its owner can see that.
        if (!(error instanceof Refusal)) throw error;
        if (endpoint.isInGap) continue;
        this.#refused.set(endpoint.id, error.message);
        this.#parts.log.warn(
          { webhookEndpointId: endpoint.id, code: error.code },
          'a webhook endpoint may watch nothing',
        );
      }
    }
  }

  #watched({ id, revision, fromCursor, replayCursor }: EnabledWebhookEndpoint, watch: EventWatch): WatchedEndpoint {
    const from: Place | string = decodeCursor(this.#parts.installation, fromCursor);
    // After a restore from a backup the places of the life before mean nothing: what comes is new.
    return { id, revision, watch, from: typeof from === 'string' ? null : from, replays: replayCursor !== null };
  }
}
