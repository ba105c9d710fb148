import type { Sql } from '../../database/open-database.ts';
import type { ActivityId, ConversationId, CustomerId, LocationId } from '../../values/ids.ts';
import type { ActivityKind, Channel, IdentityKind } from '../../values/vocabulary.ts';

/** What each kind keeps besides the columns that all have. */
export interface ActivityDetails {
  visit: { url: string; title: string | null; referrer: string | null; durationSeconds: number | null };
  search: { query: string; hitCount: number | null };
  product_view: { url: string | null };
  basket_change: Basketful;
  store_visit: { durationSeconds: number | null };
  till_purchase: Basketful & { totalMinor: number; receipt: string | null };
  review: { rating: number; title: string | null; text: string | null; isPublic: boolean };
  survey_answer: {
    survey: string;
    question: string;
    score: number | null;
    answer: string | null;
    conversationId: ConversationId | null;
  };
}

/** Lines of a basket or a till receipt, in one currency; null where no line has a price. */
export interface Basketful {
  readonly lines: readonly BasketLine[];
  readonly currency: string | null;
}

export interface BasketLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number | null;
}

/** A touch without a message. */
export interface Activity {
  readonly id: ActivityId;
  readonly customerId: CustomerId;
  readonly kind: ActivityKind;
  /** Null: the web shop. */
  readonly channel: Channel | null;
  readonly locationId: LocationId | null;
  readonly sku: string | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
  readonly source: string;
  readonly details: ActivityDetails[ActivityKind];
}

export const activityColumns = (sql: Sql) => sql`
  a.id, a.customer_id, a.kind, a.channel, a.location_id, a.sku, a.occurred_at, a.received_at, a.recorded_at, a.source, a.details`;

interface Amount {
  readonly amountMinor: number;
  readonly currency: string;
}

interface ToldLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice?: Amount | null;
}

/** What a caller tells of one activity: who, when, and exactly one of the kinds. Nothing of it is checked yet. */
export interface ToldActivity {
  readonly customerId?: string | null;
  readonly identity?: { readonly kind: IdentityKind; readonly value: string } | null;
  readonly occurredAt?: Date | null;
  readonly source?: string | null;
  readonly externalId?: string | null;
  readonly channel?: Channel | null;
  readonly visit?: {
    readonly url: string;
    readonly title?: string | null;
    readonly referrer?: string | null;
    readonly durationSeconds?: number | null;
  } | null;
  readonly search?: { readonly query: string; readonly hitCount?: number | null } | null;
  readonly productView?: { readonly sku: string; readonly url?: string | null } | null;
  readonly basketChange?: { readonly lines: readonly ToldLine[] } | null;
  readonly storeVisit?: { readonly location: string; readonly durationSeconds?: number | null } | null;
  readonly tillPurchase?: {
    readonly location: string;
    readonly lines: readonly ToldLine[];
    readonly total: Amount;
    readonly receipt?: string | null;
  } | null;
  readonly review?: {
    readonly rating: number;
    readonly sku?: string | null;
    readonly title?: string | null;
    readonly text?: string | null;
    readonly isPublic?: boolean | null;
  } | null;
  readonly surveyAnswer?: {
    readonly survey: string;
    readonly question: string;
    readonly score?: number | null;
    readonly answer?: string | null;
    readonly conversationId?: string | null;
  } | null;
}
