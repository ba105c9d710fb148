import type { ConnectorId, ShipmentId } from '../../values/ids.ts';
import type { ConnectorDialectName } from '../../values/vocabulary.ts';
import type { Installation } from '../events/installation.ts';
import { openSecret, sealSecret } from '../access/sealed-secret.ts';

/** The queue of rounds; made with the tables, worked by live/poller.ts. */
export const POLL_QUEUE = 'poll-carriers';

/** One round of asking a carrier. */
export interface PollJob {
  readonly connectorId: ConnectorId;
}

/** A carrier to ask, and about what, for the server's own use: no viewer may read its key. */
export interface Poll {
  readonly connectorId: ConnectorId;
  readonly dialect: ConnectorDialectName;
  /** The source that what it tells stands under. */
  readonly name: string;
  readonly url: string;
  readonly key: string;
  readonly failures: number;
  /** Whose turn it is, the longest unasked first. */
  readonly parcels: readonly PolledParcel[];
  /** True: there are more. */
  readonly hasMore: boolean;
}

export interface PolledParcel {
  readonly shipmentId: ShipmentId;
  readonly trackingNumber: string;
}

const placeOf = (id: ConnectorId) => `connector:${id}:poll`;

export const sealPollKey = (installation: Installation, id: ConnectorId, key: string): Buffer =>
  sealSecret(installation, placeOf(id), key);

export const openPollKey = (installation: Installation, id: ConnectorId, sealed: Buffer): string =>
  openSecret(installation, placeOf(id), sealed);
