import { normalizeIdentity } from '../../services/customers/normalize-identity.ts';
import { type CustomerRecord, upsertCustomer } from '../../services/customers/upsert-customer.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { isTimeZone } from '../../values/business-hours.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';
import { addressColumns, readAddress } from './address-columns.ts';
import { cell } from './cell.ts';
import { CHANNEL_NAMES, CHANNEL_WORDS } from './channel-names.ts';
import { kind, optional, type Reading } from './kind.ts';

const IDENTITIES: readonly IdentityKind[] = ['external_id', 'email', 'phone', 'loyalty_id'];

export const customers = kind<CustomerRecord>({
  name: 'customers',
  columns: [
    optional('external_id', 'the id in your system. One of these four must be there; the first one names the customer'),
    optional('email', 'e-mail address'),
    optional('phone', 'phone number with + and country, or as dialled in the country of `market`'),
    optional('loyalty_id', 'number of a loyalty card'),
    optional('display_name', 'name to show. Without it: given and family name'),
    optional('given_name', 'given name'),
    optional('family_name', 'family name'),
    optional('language', 'BCP 47: `fi`, `en-GB`'),
    optional('market', 'two letters of ISO 3166: `FI`'),
    optional('time_zone', 'IANA name: `Europe/Helsinki`'),
    optional('preferred_channel', CHANNEL_WORDS),
    ...addressColumns('address'),
    optional('latitude', 'degrees, with `longitude`: where they are'),
    optional('longitude', 'degrees'),
    optional('known_since', 'when you first saw them. Without it: now'),
  ],
  oneOf: [IDENTITIES],
  records: 'last',
  list: null,
  key(record) {
    const named = IDENTITIES.find((column) => record.get(column).trim() !== '');
    return named ? `${named}\n${record.get(named).trim()}` : null;
  },
  read([record], reading) {
    const profile = readProfile(record!);
    const occurredAt = cell.past(cell.moment(record!, 'known_since', reading.timeZone), 'known_since');
    // The last to be read: a row that is left out keeps no address from another one.
    const identities = readIdentities(record!, reading);
    if (identities.length === 0) return null;
    return { identities, profile, source: 'import', ...(occurredAt && { occurredAt }) };
  },
  batch: 100,
  told: ['customer.created'],
  async store(tx, records) {
    for (const record of records) await upsertCustomer(tx, record);
  },
});

/** An identity that two rows name stays with the first: who shares an address is not one person. */
function readIdentities(record: TableRecord, { usedBy, warn }: Reading): { kind: IdentityKind; value: string }[] {
  const key = customers.key(record) ?? '';
  const told = IDENTITIES.flatMap((column) => {
    const value = cell.name(record, column, 320);
    if (value === null) return [];
    const normalized = normalizeIdentity(column, value, { market: cell.name(record, 'market'), field: [column] });
    return [{ kind: column, value, name: `${column}\n${normalized}` }];
  });
  if (told.length === 0) throw new Misshapen(`${IDENTITIES.join(', ')}: one of them must not be empty`);
  return told.flatMap(({ name, ...identity }) => {
    const owner = usedBy.get(name) ?? key;
    usedBy.set(name, owner);
    if (owner === key) return [identity];
    warn(`${identity.kind}: another row has the same one and keeps it; here it is left out.`);
    return [];
  });
}

/** Only what is told: an empty field leaves what is known. */
function readProfile(record: TableRecord): NonNullable<CustomerRecord['profile']> {
  const givenName = cell.name(record, 'given_name');
  const familyName = cell.name(record, 'family_name');
  const full = [givenName, familyName].filter((name) => name !== null).join(' ');
  const language = cell.name(record, 'language', 35);
  if (language !== null && !/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language))
    throw new Misshapen('language: must be a BCP 47 tag, such as fi or en-GB');
  const timeZone = cell.name(record, 'time_zone');
  if (timeZone !== null && !isTimeZone(timeZone))
    throw new Misshapen('time_zone: must be an IANA name, such as Europe/Helsinki');
  const latitude = cell.degrees(record, 'latitude', 90);
  const longitude = cell.degrees(record, 'longitude', 180);
  if ((latitude === null) !== (longitude === null)) throw new Misshapen('latitude, longitude: both or neither');
  const profile = {
    displayName: cell.name(record, 'display_name') ?? (full === '' ? null : full),
    givenName,
    familyName,
    language,
    market: cell.name(record, 'market')?.toUpperCase() ?? null,
    timeZone,
    preferredChannel: cell.word(record, 'preferred_channel', CHANNEL_NAMES),
    address: readAddress(record),
    latitude,
    longitude,
  };
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== null));
}
