import { type PlaceRecord, recordPlaces } from '../../services/inventory/record-places.ts';
import { Misshapen } from '../shapes.ts';
import { cell } from './cell.ts';
import { kind, required } from './kind.ts';

/** Where postal codes are: for who says “near 20100” and not where that is. */
export const places = kind<PlaceRecord>({
  name: 'places',
  columns: [
    required('country', 'two letters of ISO 3166: `FI`'),
    required('postal_code', 'postal code, as text: leading zeros stay'),
    required('name', 'the town or district that people name'),
    required('latitude', 'degrees: `60.1699`'),
    required('longitude', 'degrees: `24.9384`'),
  ],
  oneOf: [],
  records: 'last',
  list: null,
  key: (record) => {
    const [country, code] = [
      record.get('country').trim().toUpperCase(),
      record.get('postal_code').trim().toUpperCase(),
    ];
    return country && code ? `${country} ${code}` : null;
  },
  read([record]) {
    const country = cell.required(cell.name(record!, 'country'), 'country');
    if (!/^[a-z]{2}$/i.test(country)) throw new Misshapen('country: must be two letters of ISO 3166, such as FI');
    return {
      country,
      postalCode: cell.required(cell.name(record!, 'postal_code', 20), 'postal_code'),
      name: cell.required(cell.name(record!, 'name'), 'name'),
      latitude: cell.required(cell.degrees(record!, 'latitude', 90), 'latitude'),
      longitude: cell.required(cell.degrees(record!, 'longitude', 180), 'longitude'),
    };
  },
  batch: 500,
  told: [],
  async store(tx, records) {
    await recordPlaces(tx, records);
  },
});
