import { type LocationRecord, recordLocations } from '../../services/inventory/record-locations.ts';
import { isTimeZone } from '../../values/business-hours.ts';
import { checkBusinessHours } from '../../values/check-business-hours.ts';
import { LOCATION_KINDS } from '../../values/vocabulary.ts';
import { readOpeningHours } from '../opening-hours.ts';
import { Misshapen } from '../shapes.ts';
import { addressColumns, readAddress } from './address-columns.ts';
import { cell } from './cell.ts';
import { kind, optional, required } from './kind.ts';

export const locations = kind<LocationRecord>({
  name: 'locations',
  columns: [
    required('external_id', 'your id of the place'),
    required('name', 'name to show'),
    required('kind', LOCATION_KINDS.map((word) => `\`${word}\``).join(', ')),
    ...addressColumns('address'),
    optional('latitude', 'degrees, with `longitude`: `60.1699`'),
    optional('longitude', 'degrees: `24.9384`'),
    optional('time_zone', 'IANA name: `Europe/Helsinki`'),
    optional('opening_hours', 'by the clocks of `time_zone`: `Mo-Fr 10:00-20:00; Sa 09:00-13:00, 14:00-18:00`'),
    optional('pickup_minutes', 'open minutes until what is picked up there is ready. Without it: what is known stays'),
    optional('delivery_hours', 'hours from there to a customer, once it is ready. Without it: what is known stays'),
  ],
  oneOf: [],
  records: 'last',
  list: null,
  key: (record) => record.get('external_id').trim() || null,
  read([record]) {
    const latitude = cell.degrees(record!, 'latitude', 90);
    const longitude = cell.degrees(record!, 'longitude', 180);
    if ((latitude === null) !== (longitude === null)) throw new Misshapen('latitude, longitude: both or neither');
    const timeZone = cell.name(record!, 'time_zone');
    if (timeZone !== null && !isTimeZone(timeZone))
      throw new Misshapen('time_zone: must be an IANA name, such as Europe/Helsinki');
    const hours = cell.optional(record!, 'opening_hours', 1_000);
    if (hours !== null && timeZone === null) throw new Misshapen('opening_hours: needs the time_zone of its clocks');
    const openingHours = hours === null ? null : readOpeningHours(hours, timeZone!);
    return {
      externalId: cell.required(cell.name(record!, 'external_id'), 'external_id'),
      name: cell.required(cell.name(record!, 'name'), 'name'),
      kind: cell.required(cell.word(record!, 'kind', LOCATION_KINDS), 'kind'),
      address: readAddress(record!),
      latitude,
      longitude,
      timeZone,
      openingHours: openingHours && checkBusinessHours(openingHours, ['opening_hours']),
      pickupMinutes: cell.whole(record!, 'pickup_minutes'),
      deliveryHours: cell.whole(record!, 'delivery_hours'),
    };
  },
  batch: 100,
  told: ['location.recorded'],
  async store(tx, records) {
    await recordLocations(tx, records);
  },
});
