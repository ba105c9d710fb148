import { isDeepStrictEqual } from 'node:util';

import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import { visibleAddress, visibleName } from '../../values/visible-text.ts';
import type { TransactionScope } from '../scope.ts';
import { PROFILE_FIELDS, type Customer, type Profile } from './customer.ts';
import { wordsOfProfile } from './words-of.ts';

/** Names are stored as they are read. */
const NAMES = ['displayName', 'givenName', 'familyName'] as const;

/** Changes what is named of a profile; null empties. The caller holds the person's lock and has read `current` under it. */
export async function changeProfile(
  tx: TransactionScope,
  current: Customer,
  told: Partial<Profile>,
  occurredAt: Date,
): Promise<void> {
  const names = NAMES.filter((name) => told[name] !== undefined).map((name) => [name, visibleName(told[name])]);
  const given: Partial<Profile> = {
    ...told,
    ...(Object.fromEntries(names) as Partial<Profile>),
    ...(told.address ? { address: visibleAddress(told.address) } : {}),
  };
  const changed = PROFILE_FIELDS.filter(
    (field) => given[field] !== undefined && !isDeepStrictEqual(given[field], current[field]),
  );
  if (changed.length === 0) return;
  const profile = Object.fromEntries(
    PROFILE_FIELDS.map((field) => [field, given[field] === undefined ? current[field] : given[field]]),
  ) as unknown as Profile;
  const { sql } = tx.db;
  const json = (value: object | null) => (value === null ? null : sql.json(value as never));
  const words = wordsOfProfile(profile);
  await Promise.all([
    sql`
      update customers set
        display_name = ${profile.displayName}, given_name = ${profile.givenName}, family_name = ${profile.familyName},
        language = ${profile.language}, market = ${profile.market}, time_zone = ${profile.timeZone},
        preferred_channel = ${profile.preferredChannel}, address = ${json(profile.address)},
        latitude = ${profile.latitude}, longitude = ${profile.longitude}, preferences = ${json(profile.preferences)},
        updated_at = ${tx.now}
      where id = ${current.id}`,
    // The present version ends where the next one begins; two changes within a millisecond are one version.
    sql`
      update customer_versions set valid_to = ${tx.now}
      where customer_id = ${current.id} and valid_to is null and valid_from < ${tx.now}`,
    sql`
      insert into customer_versions (customer_id, valid_from, profile)
      values (${current.id}, ${tx.now}, ${sql.json(profile as never)})
      on conflict (customer_id, valid_from) do update set profile = excluded.profile, valid_to = null`,
    sql`delete from customer_words where customer_id = ${current.id} and word <> all (${words}::text[])`,
    sql`
      insert into customer_words (customer_id, word) select ${current.id}, word from unnest(${words}::text[]) as word
      on conflict do nothing`,
  ]);
  recordFact(tx, {
    type: 'customer.updated',
    streams: [stream.customer(current.id)],
    occurredAt,
    details: { customerId: current.id, fields: changed },
  });
}
