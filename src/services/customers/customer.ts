import type { Sql } from '../../database/open-database.ts';
import type { CustomerId, IdentityId } from '../../values/ids.ts';
import type { Channel, IdentityKind, Role } from '../../values/vocabulary.ts';

/** An address of a person, as given. */
export interface PostalAddress {
  readonly line1: string | null;
  readonly line2: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly region: string | null;
  /** ISO 3166-1 alpha-2 where the source says so. */
  readonly country: string | null;
}

/** Hours in which nobody should be disturbed, in the clock of their time zone; `from` may be later than `to`: over midnight. */
export interface QuietHours {
  readonly timeZone: string;
  /** HH:MM, inclusive. */
  readonly from: string;
  /** HH:MM, exclusive. */
  readonly to: string;
}

/** What a person wants besides channel and language, and who last said so. */
export interface Preferences {
  readonly quietHours: QuietHours | null;
  readonly doNotContact: boolean;
  /** ISO text: the source's clock. */
  readonly statedAt: string;
  /** The principal that said so. */
  readonly statedBy: string;
  readonly statedByRole: Role;
}

/** What is known of a person besides identities. */
export interface Profile {
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly language: string | null;
  readonly market: string | null;
  readonly timeZone: string | null;
  readonly preferredChannel: Channel | null;
  readonly address: PostalAddress | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly preferences: Preferences | null;
}

/** A person: the profile of the row that the links name. */
export interface Customer extends Profile {
  readonly id: CustomerId;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Identity {
  readonly id: IdentityId;
  readonly customerId: CustomerId;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly normalized: string;
  readonly verified: boolean;
  /** 0 to 1. */
  readonly confidence: number;
  readonly source: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

export const PROFILE_FIELDS = [
  'displayName',
  'givenName',
  'familyName',
  'language',
  'market',
  'timeZone',
  'preferredChannel',
  'address',
  'latitude',
  'longitude',
  'preferences',
] as const satisfies readonly (keyof Profile)[];

export const customerColumns = (sql: Sql) => sql`
  c.id, c.display_name, c.given_name, c.family_name, c.language, c.market, c.time_zone, c.preferred_channel,
  c.address, c.latitude, c.longitude, c.preferences, c.created_at, c.updated_at`;
