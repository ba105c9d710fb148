import type { LocationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';
import type { ActivityDetails } from './activity.ts';
import type { ArrivingActivity, Whose } from './arriving-activity.ts';

/** Looks up the locations and conversations that activities name. What is not there, or is another customer's, is refused. */
export async function findPlaces<T extends ArrivingActivity & Whose>(
  tx: TransactionScope,
  activities: readonly T[],
  refuse: (activity: T, refusal: Refusal) => void,
): Promise<(T & { locationId: LocationId | null })[]> {
  const locations = await findLocations(tx, unique(activities.map(({ location }) => location)));
  const persons = await findPersons(tx, unique(activities.map(conversationOf)));
  return activities.flatMap((activity) => {
    const { location, personId } = activity;
    const conversationId = conversationOf(activity);
    if (location !== null && !locations.has(location))
      refuse(
        activity,
        new Refusal('NOT_FOUND', 'No location has this id or external id. Record it first.', [
          activity.kind === 'store_visit' ? 'storeVisit' : 'tillPurchase',
          'location',
        ]),
      );
    else if (conversationId !== null && persons.get(conversationId) !== personId)
      refuse(
        activity,
        new Refusal('NOT_FOUND', 'This customer has no conversation with this id.', ['surveyAnswer', 'conversationId']),
      );
    else return [{ ...activity, locationId: location === null ? null : locations.get(location)! }];
    return [];
  });
}

const conversationOf = ({ kind, details }: ArrivingActivity) =>
  kind === 'survey_answer' ? (details as ActivityDetails['survey_answer']).conversationId : null;

const unique = (names: readonly (string | null)[]) => [...new Set(names.filter((name) => name !== null))];

async function findLocations(tx: TransactionScope, names: readonly string[]): Promise<Map<string, LocationId>> {
  if (names.length === 0) return new Map();
  const rows = await tx.db.sql<{ id: LocationId; externalId: string }[]>`
    select id, external_id from locations
    where id = any(${names as string[]}::text[]) or external_id = any(${names as string[]}::text[])`;
  return new Map(rows.flatMap(({ id, externalId }) => [[externalId, id] as const, [id, id] as const]));
}

async function findPersons(tx: TransactionScope, conversationIds: readonly string[]): Promise<Map<string, string>> {
  if (conversationIds.length === 0) return new Map();
  const rows = await tx.db.sql<{ id: string; personId: string }[]>`
    select c.id, coalesce(l.person_id, c.customer_id) as person_id
    from conversations c left join person_links l on l.member_id = c.customer_id
    where c.id = any(${conversationIds as string[]}::text[])`;
  return new Map(rows.map(({ id, personId }) => [id, personId]));
}
