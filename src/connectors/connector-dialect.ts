import type { SourceFact } from '../services/intake/source-fact.ts';
import type { DistinctHeaders } from '../values/standard-webhooks.ts';
import type { ConnectorDialectName } from '../values/vocabulary.ts';

/** A request whose headers have the form of a signed one, fresh enough to be no replay. */
export interface SignedRequest {
  /** The sender's name for the request: the same one again is a redelivery. Null: it has none but its bytes. */
  readonly id: string | null;
  /** True when one of the secrets made the signature over exactly these bytes. */
  readonly isSignedBy: (secrets: readonly string[], bytes: Uint8Array) => boolean;
}

/** A request to `/hooks/<dialect>/<connector>` after its signature was verified. */
export interface Delivery {
  readonly headers: DistinctHeaders;
  /** As they came over the wire. */
  readonly bytes: Uint8Array;
  readonly receivedAt: Date;
  /** ISO 4217: of prices that are written without one. Null: unknown. */
  readonly currency: string | null;
}

/** How a carrier is asked for the news of one parcel, where it calls nobody. */
export interface Poll {
  /** What to get, and with which headers. `url` has no final slash. */
  readonly question: (
    trackingNumber: string,
    account: { readonly url: string; readonly key: string },
  ) => { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** What an answer with status 200 tells of that parcel. Throws a Refusal with INVALID_INPUT for what is not clear. */
  readonly readAnswer: (bytes: Uint8Array, trackingNumber: string) => readonly SourceFact[];
}

/**
 * How one kind of shop, carrier or till speaks. A new one is a file beside this one with a line in connectors.ts and its word in
 * `CONNECTOR_DIALECTS`: docs/connectors.md goes through one.
 */
export interface ConnectorDialect {
  readonly name: ConnectorDialectName;
  /** Null: a header that a signed request has is missing, doubled, malformed or too old. */
  readonly readHead: (headers: DistinctHeaders, now: Date) => SignedRequest | null;
  /** Of carriers that tell who asks. Absent: it tells by itself. */
  readonly poll?: Poll;
  /** What a body tells; nothing where it is of a kind that means nothing here. Throws a Refusal with INVALID_INPUT for what is not clear. */
  readonly read: (delivery: Delivery) => readonly SourceFact[];
}
