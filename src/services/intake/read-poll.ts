import type { ConnectorId } from '../../values/ids.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { openPollKey, type Poll, type PolledParcel } from './poll.ts';

/** Parcels of one round. */
const MOST_PARCELS = 200;
/** After so long nobody waits for a parcel any more. */
const LONGEST_DAYS = 60;

/** A carrier with the parcels whose turn it is: those on their way that it was not asked about for as long as is agreed. Null: it is asked no more. */
export async function readPoll(
  { db: { sql } }: Scope,
  installation: Installation,
  connectorId: ConnectorId,
): Promise<Poll | null> {
  const [row] = await sql<(Omit<Poll, 'key' | 'parcels' | 'hasMore'> & { key: Buffer })[]>`
    select p.connector_id, c.dialect, c.name, p.url, p.key, p.failures
    from polls p join connectors c on c.id = p.connector_id where p.connector_id = ${connectorId}`;
  if (!row) return null;
  const parcels = await sql<PolledParcel[]>`
    select s.id as shipment_id, s.tracking_number
    from polls p
    join shipments s on s.status not in ('delivered', 'cancelled') and s.tracking_number is not null
      and s.created_at > now() - make_interval(days => ${LONGEST_DAYS})
      and (cardinality(p.carriers) = 0 or lower(s.carrier) = any(p.carriers))
    left join polled_parcels a on a.connector_id = p.connector_id and a.shipment_id = s.id
    -- A little before its time: rounds do not begin to the second.
    where p.connector_id = ${connectorId}
      and (a.asked_at is null or a.asked_at < now() - make_interval(secs => p.every_seconds * 0.8))
    order by a.asked_at nulls first, s.created_at, s.id limit ${MOST_PARCELS + 1}`;
  return {
    ...row,
    key: openPollKey(installation, connectorId, row.key),
    parcels: parcels.slice(0, MOST_PARCELS),
    hasMore: parcels.length > MOST_PARCELS,
  };
}
