import { checkText } from '../../values/check-text.ts';
import { newId, type ActivityId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { RefusalCode } from '../../values/refusal-codes.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { ToldActivity } from './activity.ts';
import type { ArrivingActivity, Whose } from './arriving-activity.ts';
import { checkActivity, type CheckedActivity } from './check-activity.ts';
import { findPlaces } from './find-places.ts';
import { nameActivities } from './name-activities.ts';
import { ownCustomer, toldCustomers } from './whose-activities.ts';
import { writeBaskets } from './write-baskets.ts';

export const MOST_ACTIVITIES = 1_000;
/** Begins the source of what customers tell of themselves: nobody else's ids can be taken by it, nor theirs by others. */
const OWN_SOURCE = 'customer:';

export interface RefusedActivity {
  readonly index: number;
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export interface RecordedActivities {
  /** By place in what was sent; null where it was refused. */
  readonly ids: readonly (ActivityId | null)[];
  readonly recorded: number;
  /** Known before by source and external id. */
  readonly repeated: number;
  readonly refused: readonly RefusedActivity[];
}

/**
 * Records activities, 1,000 at most, in a fixed number of statements. A bad one is named and the others are stored; one that is known
 * by source and external id is a no-op. The journal tells of them only where somebody watches the person, and of every review and
 * survey answer. A customer records for its own person only: naming anybody else refuses the whole call.
 */
export async function recordActivities(scope: Scope, told: readonly ToldActivity[]): Promise<RecordedActivities> {
  const isOwn = requireRight(scope.viewer, 'activity:write') === 'own';
  if (told.length === 0 || told.length > MOST_ACTIVITIES)
    throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST_ACTIVITIES} activities at once.`, ['activities']);
  const arriving: ArrivingActivity[] = [];
  const malformed: RefusedActivity[] = [];
  told.forEach((each, index) => {
    try {
      arriving.push({ index, told: each, source: sourceOf(scope, each, isOwn), ...checkOne(scope, each, isOwn) });
    } catch (error) {
      malformed.push(refusedAt(index, error));
    }
  });
  return atomically(scope, async (tx) => {
    const refused = [...malformed];
    const refuse = (activity: ArrivingActivity, refusal: Refusal) => {
      // A customer who names what is not its own is told so, and nothing of the rest is taken.
      if (isOwn) throw at(activity.index, refusal);
      refused.push(refusedAt(activity.index, refusal));
    };
    const whose = isOwn ? await ownCustomer(tx, told) : await toldCustomers(tx, arriving, refuse);
    const placed = await findPlaces(
      tx,
      arriving.flatMap((activity) => ({ ...activity, ...whose.get(activity.index) })).filter(isSomebodys),
      refuse,
    );
    const rows = placed.map((activity) => ({ ...activity, id: newId('activity') }));
    const known = await write(tx, rows);
    const written = rows.filter(({ id }) => known.get(id) === id);
    await writeBaskets(tx, written);
    await nameActivities(tx, written);
    const ids = new Array<ActivityId | null>(told.length).fill(null);
    for (const { index, id } of rows) ids[index] = known.get(id) ?? null;
    refused.sort((one, other) => one.index - other.index);
    return { ids, recorded: written.length, repeated: rows.length - written.length, refused };
  });
}

/** One activity: see `recordActivities`. Refuses where that names it as bad. */
export async function recordActivity(scope: Scope, told: ToldActivity): Promise<{ id: ActivityId; isRepeat: boolean }> {
  const { ids, repeated, refused } = await recordActivities(scope, [told]);
  if (refused[0])
    throw new Refusal(refused[0].code, refused[0].message, ['activities', '0', ...(refused[0].field ?? [])]);
  return { id: ids[0]!, isRepeat: repeated === 1 };
}

const isSomebodys = <T extends object>(activity: T & Partial<Whose>): activity is T & Whose =>
  activity.customerId !== undefined;

function sourceOf({ viewer }: Scope, { source }: ToldActivity, isOwn: boolean): string {
  if (isOwn) return `${OWN_SOURCE}${viewer.customerId}`;
  if (source?.startsWith(OWN_SOURCE))
    throw new Refusal('INVALID_INPUT', `A source that begins with \`${OWN_SOURCE}\` is a customer itself.`, ['source']);
  return checkText(source ?? '', ['source'], 100);
}

function checkOne(scope: Scope, told: ToldActivity, isOwn: boolean): CheckedActivity {
  if (isOwn && told.tillPurchase != null)
    throw new Refusal('NOT_ALLOWED', 'A purchase at a till is told by the till, not by the customer.', [
      'tillPurchase',
    ]);
  return checkActivity(told, scope.now);
}

function refusedAt(index: number, error: unknown): RefusedActivity {
  if (!(error instanceof Refusal)) throw error;
  const { code, message, field } = error;
  return { index, code, message, field };
}

const at = (index: number, { code, message, field }: Refusal) =>
  new Refusal(code, message, ['activities', String(index), ...(field ?? [])]);

/** Inserts what is new. Returns under each id the id that stands for it now: its own, or that of the earlier delivery. */
async function write(
  tx: TransactionScope,
  activities: readonly (CheckedActivity & Whose & { id: ActivityId; source: string; locationId: string | null })[],
): Promise<Map<ActivityId, ActivityId>> {
  if (activities.length === 0) return new Map();
  const { sql } = tx.db;
  const rows = activities.map((one) => ({
    ...{ id: one.id, customer_id: one.customerId, kind: one.kind, channel: one.channel, location_id: one.locationId },
    ...{ sku: one.sku, occurred_at: one.occurredAt, source: one.source, external_id: one.externalId },
    details: one.details,
  }));
  // Sorted, so that two batches with the same ids wait for each other in one direction only.
  const inserted = await sql<{ id: ActivityId }[]>`
    insert into activities (id, customer_id, kind, channel, location_id, sku, occurred_at, received_at, recorded_at, source,
      external_id, details)
    select id, customer_id, kind, channel, location_id, sku, occurred_at, ${tx.now}::timestamptz, ${tx.now}::timestamptz, source,
      external_id, details
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, customer_id text, kind text, channel text,
      location_id text, sku text, occurred_at timestamptz, source text, external_id text, details jsonb)
    order by source collate "C", external_id collate "C", id collate "C"
    on conflict (source, external_id) where external_id is not null do nothing
    returning id`;
  const known = new Map(inserted.map(({ id }) => [id, id]));
  const repeats = activities.filter(({ id }) => !known.has(id));
  if (repeats.length === 0) return known;
  const earlier = await sql<{ id: ActivityId; source: string; externalId: string }[]>`
    select a.id, a.source, a.external_id
    from unnest(${repeats.map(({ source }) => source)}::text[], ${repeats.map(({ externalId }) => externalId)}::text[])
      as asked(source, external_id)
    join activities a on a.source = asked.source and a.external_id = asked.external_id`;
  const ids = new Map(earlier.map((row) => [`${row.source}\n${row.externalId}`, row.id]));
  for (const { id, source, externalId } of repeats) {
    const first = ids.get(`${source}\n${externalId}`);
    if (first) known.set(id, first);
  }
  return known;
}
