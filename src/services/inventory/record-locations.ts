import type { BusinessHours } from '../../values/business-hours.ts';
import { checkBusinessHours } from '../../values/check-business-hours.ts';
import { checkWhole } from '../../values/check-input.ts';
import { checkName, checkText } from '../../values/check-text.ts';
import type { LocationId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { LOCATION_KINDS, type LocationKind } from '../../values/vocabulary.ts';
import { visibleAddress } from '../../values/visible-text.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope } from '../scope.ts';
import { checkPlace, type Place } from './check-place.ts';
import type { LocationAddress } from './inventory.ts';

/** A store, warehouse or pickup point as its source has it. */
export interface LocationRecord {
  externalId: string;
  name: string;
  kind: LocationKind;
  address?: LocationAddress | null;
  /** Degrees, WGS 84; both or neither. */
  latitude?: number | null;
  longitude?: number | null;
  /** IANA name. */
  timeZone?: string | null;
  openingHours?: BusinessHours | null;
  /** Open minutes until what is picked up here is ready. Null or absent: what is known stays, for most sources do not know. */
  pickupMinutes?: number | null;
  /** Hours from here to a customer, once it is ready. Null or absent: what is known stays. */
  deliveryHours?: number | null;
}

const LONGEST_MINUTES = 30 * 24 * 60;
const LONGEST_HOURS = 365 * 24;

/** Makes or updates locations by external id. What is already so changes nothing. Returns the ids in the order of the records. */
export async function recordLocations(scope: Scope, records: readonly LocationRecord[]): Promise<LocationId[]> {
  requireRight(scope.viewer, 'catalogue:write');
  const places = records.map((record, i) => checkLocation(record, ['locations', String(i)]));
  const hours = records.map(
    ({ openingHours }, i) => openingHours && checkBusinessHours(openingHours, ['locations', String(i), 'openingHours']),
  );
  if (new Set(records.map((one) => one.externalId)).size < records.length)
    throw new Refusal('INVALID_INPUT', 'Two locations have the same external id. Send each once.', ['locations']);
  if (records.length === 0) return [];
  const rows = records.map((one, i) => ({
    id: newId('location'),
    external_id: one.externalId,
    name: checkName(one.name, ['locations', String(i), 'name'], 200),
    kind: one.kind,
    address: one.address ? visibleAddress(one.address) : null,
    latitude: places[i]?.latitude ?? null,
    longitude: places[i]?.longitude ?? null,
    time_zone: one.timeZone ?? null,
    opening_hours: hours[i] ?? null,
    pickup_minutes: one.pickupMinutes ?? null,
    delivery_hours: one.deliveryHours ?? null,
  }));
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const externalIds = records.map((one) => one.externalId);
    // Locked, so that what is compared with is what is written over.
    await sql`select 1 from locations where external_id = any(${externalIds}) order by external_id for no key update`;
    const changed = await sql<{ id: LocationId; isMoved: boolean }[]>`
      with before as (
        select id, kind, latitude, longitude from locations where external_id = any(${externalIds})
      ), written as (
        insert into locations (id, external_id, name, kind, address, latitude, longitude, time_zone, opening_hours, pickup_minutes,
          delivery_hours, created_at, updated_at)
        select r.*, ${tx.now}::timestamptz, ${tx.now}::timestamptz
        from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, external_id text, name text, kind text, address jsonb,
          latitude float8, longitude float8, time_zone text, opening_hours jsonb, pickup_minutes int, delivery_hours int)
        order by external_id
        on conflict (external_id) do update set name = excluded.name, kind = excluded.kind, address = excluded.address,
          latitude = excluded.latitude, longitude = excluded.longitude, time_zone = excluded.time_zone, opening_hours = excluded.opening_hours,
          pickup_minutes = coalesce(excluded.pickup_minutes, locations.pickup_minutes),
          delivery_hours = coalesce(excluded.delivery_hours, locations.delivery_hours), updated_at = excluded.updated_at
        where (locations.name, locations.kind, locations.address, locations.latitude, locations.longitude, locations.time_zone,
            locations.opening_hours, locations.pickup_minutes, locations.delivery_hours)
          is distinct from (excluded.name, excluded.kind, excluded.address, excluded.latitude, excluded.longitude, excluded.time_zone,
            excluded.opening_hours, coalesce(excluded.pickup_minutes, locations.pickup_minutes),
            coalesce(excluded.delivery_hours, locations.delivery_hours))
        returning id, kind, latitude, longitude
      )
      select w.id, b.id is not null and (w.kind, w.latitude, w.longitude) is distinct from (b.kind, b.latitude, b.longitude) as is_moved
      from written w left join before b using (id)`;
    for (const { id, isMoved } of changed)
      recordFact(tx, {
        type: 'location.recorded',
        streams: [stream.location(id)],
        topics: [topic.catalogue, topic.location(id), ...(isMoved ? [topic.moves] : [])],
        details: { locationId: id },
      });
    const all = await sql<{ id: LocationId; externalId: string }[]>`
      select id, external_id from locations where external_id = any(${externalIds})`;
    const ids = new Map(all.map((row) => [row.externalId, row.id]));
    return records.map((record) => ids.get(record.externalId)!);
  });
}

/** One location: see `recordLocations`. */
export async function recordLocation(scope: Scope, record: LocationRecord): Promise<LocationId> {
  const [id] = await recordLocations(scope, [record]);
  return id!;
}

/** Refuses what is no location. Returns where it is, if that is told. */
function checkLocation(record: LocationRecord, at: readonly string[]): Place | null {
  checkText(record.externalId, [...at, 'externalId'], 200);
  if (!LOCATION_KINDS.includes(record.kind))
    throw new Refusal('INVALID_INPUT', `\`kind\` must be one of: ${LOCATION_KINDS.join(', ')}.`, [...at, 'kind']);
  if (record.timeZone != null) checkText(record.timeZone, [...at, 'timeZone'], 100);
  for (const [part, text] of Object.entries(record.address ?? {}))
    if (text) checkText(text, [...at, 'address', part], 300);
  if (record.pickupMinutes != null) checkWhole(record.pickupMinutes, [...at, 'pickupMinutes'], 0, LONGEST_MINUTES);
  if (record.deliveryHours != null) checkWhole(record.deliveryHours, [...at, 'deliveryHours'], 0, LONGEST_HOURS);
  if ((record.latitude == null) !== (record.longitude == null))
    throw new Refusal('INVALID_INPUT', 'A place needs both latitude and longitude.', [...at, 'latitude']);
  if (record.latitude == null || record.longitude == null) return null;
  return checkPlace({ latitude: record.latitude, longitude: record.longitude }, at);
}
