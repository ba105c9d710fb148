import type { PersonRecord } from '../services/customers/matching/comparable.ts';
import { editDistance } from '../values/edit-distance.ts';

/** Fields of a person as a file may hold them, and other names for them that mean nothing else. */
const NAMES = {
  givenName: ['firstName', 'first', 'forename', 'given', 'fname', 'christianName'],
  familyName: ['surname', 'lastName', 'last', 'family', 'lname'],
  displayName: ['name', 'fullName'],
  birthDate: ['dateOfBirth', 'dob', 'birthday', 'birth'],
  email: ['emailAddress', 'mail', 'eMail'],
  phone: ['phoneNumber', 'telephone', 'tel', 'mobile', 'mobileNumber', 'phone1', 'phone2'],
  loyaltyId: ['socSecId', 'ssn', 'socialSecurityNumber', 'nationalId', 'loyaltyNumber', 'loyaltyCard', 'memberId'],
  street: ['line1', 'address', 'address1', 'addressLine1', 'streetName', 'streetAddress'],
  houseNumber: ['streetNumber', 'houseNo'],
  line2: ['address2', 'addressLine2', 'unit', 'apartment'],
  postalCode: ['postcode', 'zip', 'zipCode', 'postCode'],
  city: ['suburb', 'town', 'locality', 'municipality'],
  region: ['state', 'province', 'county'],
  country: ['countryCode', 'market'],
} as const;

export type PersonField = keyof typeof NAMES;

export const PERSON_FIELDS = Object.keys(NAMES) as PersonField[];

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const fieldOf = new Map<string, PersonField>(
  PERSON_FIELDS.flatMap((field) => [field, ...NAMES[field]].map((name) => [plain(name), field] as const)),
);

/** The field of a name, however it is written; null where there is none. */
export const personField = (name: string): PersonField | null => fieldOf.get(plain(name)) ?? null;

/** What to write instead of a name that is no field. */
export function suggestField(name: string): string {
  const [nearest] = [...fieldOf]
    .map(([known, field]) => ({ field, edits: editDistance(plain(name), known, 3) }))
    .filter(({ edits }) => edits <= Math.min(3, plain(name).length / 2))
    .sort((a, b) => a.edits - b.edits);
  return `There is no field ${name}.${nearest ? ` Is it ${nearest.field}?` : ''} Fields are: ${PERSON_FIELDS.join(', ')}.`;
}

/** Fields of which a person may have several: columns of the same field are all read. */
export const MANY: readonly PersonField[] = ['email', 'phone', 'loyaltyId'];

/** A person of the values of one row, by field. */
export function personOf(get: (field: PersonField) => readonly string[]): PersonRecord {
  const one = (field: PersonField) => get(field).find((value) => value.trim() !== '') ?? null;
  const country = one('country')?.trim() ?? '';
  return {
    givenName: one('givenName'),
    familyName: one('familyName'),
    displayName: one('displayName'),
    birthDate: one('birthDate'),
    emails: get('email'),
    phones: get('phone'),
    loyaltyIds: get('loyaltyId'),
    street: one('street'),
    houseNumber: one('houseNumber'),
    line2: one('line2'),
    postalCode: one('postalCode'),
    city: one('city'),
    region: one('region'),
    market: country.length === 2 ? country : null,
  };
}
