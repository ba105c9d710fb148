import type { Sql } from '../../database/open-database.ts';
import { CONSENT_STATES, type ConsentState, type OptInLevel, type Purpose } from '../../values/consents.ts';
import type { ConsentId, CustomerId, MessageId } from '../../values/ids.ts';
import type { Channel, Role } from '../../values/vocabulary.ts';

/** What consent is about. */
export interface ConsentSubject {
  readonly purpose: Purpose;
  /** Null: whatever the channel. */
  readonly channel: Channel | null;
  /** Null: wherever. */
  readonly jurisdiction: string | null;
}

/** An answer of a person, now or earlier. */
export interface Consent extends ConsentSubject {
  readonly id: ConsentId;
  readonly customerId: CustomerId;
  readonly state: ConsentState;
  readonly optInLevel: OptInLevel;
  readonly source: string;
  readonly proof: string | null;
  readonly messageId: MessageId | null;
  readonly statedByRole: Role;
  readonly validFrom: Date;
  readonly validTo: Date | null;
  readonly recordedAt: Date;
}

/** Columns of consents (alias `k`). */
export const consentColumns = (sql: Sql) => sql`
  k.id, k.customer_id, k.purpose, k.channel, k.jurisdiction, k.state, k.opt_in_level, k.source, k.proof, k.message_id, k.stated_by_role,
  k.valid_from, k.valid_to, k.recorded_at`;

/** The place of a state among all, the strictest first. */
export const strictness = (state: string): string =>
  `array_position(array[${CONSENT_STATES.map((each) => `'${each}'`).join(', ')}], ${state})`;
