import type { ConnectorId } from '../../values/ids.ts';
import type { ConnectorDialectName } from '../../values/vocabulary.ts';

/** A shop, carrier or till that tells us facts by webhook. Its name is the source that they stand under. */
export interface Connector {
  readonly id: ConnectorId;
  readonly dialect: ConnectorDialectName;
  readonly name: string;
  readonly currency: string | null;
  readonly secretPrefix: string;
  readonly earlierSecretUntil: Date | null;
  readonly createdAt: Date;
  /** How it is asked. Null: it calls by itself. */
  readonly poll: ConnectorPoll | null;
}

/** How a carrier is asked that calls nobody, and how that goes. Never its key. */
export interface ConnectorPoll {
  readonly url: string;
  readonly carriers: readonly string[];
  readonly everySeconds: number;
  readonly nextAt: Date;
  readonly askedAt: Date | null;
  readonly failures: number;
}

/** What verifies and reads a request to the hook of a connector. */
export interface HookConnector {
  readonly id: ConnectorId;
  readonly dialect: ConnectorDialectName;
  readonly name: string;
  readonly currency: string | null;
  /** The present one first; `until` null: for good. */
  readonly secrets: readonly { readonly secret: string; readonly until: Date | null }[];
}
