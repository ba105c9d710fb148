import type { Channel } from '../values/vocabulary.ts';
import type { Dice } from './dice.ts';

export type DemoLanguage = 'fi' | 'et' | 'en';

export interface DemoPerson {
  /** Number in the loyalty programme: what the demo knows a person by. */
  loyaltyId: string;
  givenName: string;
  familyName: string;
  language: DemoLanguage;
  market: 'FI' | 'EE' | 'GB';
  timeZone: string;
  email: string;
  phone: string;
  handle: string;
  preferredChannel: Channel;
  city: string;
  postalCode: string;
  line1: string;
  latitude: number;
  longitude: number;
}

const NAMES: Record<DemoLanguage, { given: readonly string[]; family: readonly string[] }> = {
  fi: {
    given: ['Aino', 'Eero', 'Helmi', 'Ilmari', 'Kaisa', 'Lauri', 'Minna', 'Onni', 'Päivi', 'Sampo', 'Tuuli', 'Väinö'],
    family: [
      'Hakala',
      'Jokinen',
      'Kallio',
      'Lehtonen',
      'Mäkelä',
      'Niemi',
      'Peltola',
      'Rantanen',
      'Salmela',
      'Virtanen',
    ],
  },
  et: {
    given: ['Anu', 'Jaan', 'Kadri', 'Kristjan', 'Liis', 'Maarja', 'Peeter', 'Rein', 'Tiina', 'Urmas'],
    family: ['Ilves', 'Kask', 'Kuusk', 'Lepik', 'Mägi', 'Põder', 'Saar', 'Sepp', 'Tamm', 'Õunapuu'],
  },
  en: {
    given: ['Alice', 'Daniel', 'Emma', 'George', 'Harriet', 'James', 'Nadia', 'Oliver', 'Priya', 'Thomas'],
    family: ['Ashworth', 'Bennett', 'Clarke', 'Fletcher', 'Holloway', 'Khan', 'Morgan', 'Patel', 'Reid', 'Whitfield'],
  },
};

interface City {
  name: string;
  postalCode: string;
  street: string;
  latitude: number;
  longitude: number;
}

const CITIES: Record<DemoLanguage, readonly City[]> = {
  fi: [
    { name: 'Helsinki', postalCode: '00530', street: 'Pengerkatu', latitude: 60.185, longitude: 24.95 },
    { name: 'Espoo', postalCode: '02100', street: 'Pohjantie', latitude: 60.177, longitude: 24.805 },
    { name: 'Tampere', postalCode: '33200', street: 'Satamakatu', latitude: 61.496, longitude: 23.753 },
    { name: 'Turku', postalCode: '20100', street: 'Linnankatu', latitude: 60.45, longitude: 22.262 },
  ],
  et: [
    { name: 'Tallinn', postalCode: '10412', street: 'Kopli', latitude: 59.444, longitude: 24.733 },
    { name: 'Tartu', postalCode: '51004', street: 'Riia', latitude: 58.376, longitude: 26.722 },
  ],
  en: [
    { name: 'Helsinki', postalCode: '00160', street: 'Luotsikatu', latitude: 60.166, longitude: 24.969 },
    { name: 'Tallinn', postalCode: '10133', street: 'Pikk', latitude: 59.438, longitude: 24.747 },
    { name: 'Edinburgh', postalCode: 'EH6 6NF', street: 'Shore', latitude: 55.976, longitude: -3.17 },
  ],
};

const HOME: Record<DemoLanguage, Pick<DemoPerson, 'market' | 'timeZone'> & { dial: string }> = {
  fi: { market: 'FI', timeZone: 'Europe/Helsinki', dial: '+35840000' },
  et: { market: 'EE', timeZone: 'Europe/Tallinn', dial: '+3725000' },
  en: { market: 'GB', timeZone: 'Europe/London', dial: '+44770090' },
};

const LANGUAGES: readonly DemoLanguage[] = ['fi', 'fi', 'et', 'fi', 'en'];
const PREFERRED = ['email', 'live_chat', 'whatsapp', 'sms', 'instagram', 'web_form'] as const;

/** People who do not exist, with addresses on example domains and numbers that nobody has. */
export function inventPeople(dice: Dice, count: number): DemoPerson[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const language = LANGUAGES[index % LANGUAGES.length]!;
    const { givenName, familyName } = newName(dice, language, taken);
    const city = dice.pick(CITIES[language]);
    const { dial, ...home } = HOME[language];
    const plain = `${givenName}.${familyName}`
      .toLowerCase()
      .normalize('NFD')
      .replaceAll(/[^a-z.]/g, '');
    return {
      loyaltyId: `HALLA-${1_000 + index}`,
      givenName,
      familyName,
      language,
      ...home,
      email: `${plain}@example.org`,
      phone: `${dial}${String(1_000 + index).padStart(4, '0')}`,
      handle: `instagram:${plain.replace('.', '_')}`,
      preferredChannel: PREFERRED[index % PREFERRED.length]!,
      city: city.name,
      postalCode: city.postalCode,
      line1: `${city.street} ${dice.whole(1, 60)}`,
      // Within a few kilometres of the centre.
      latitude: Number((city.latitude + (dice.next() - 0.5) * 0.04).toFixed(4)),
      longitude: Number((city.longitude + (dice.next() - 0.5) * 0.06).toFixed(4)),
    };
  });
}

function newName(dice: Dice, language: DemoLanguage, taken: Set<string>) {
  for (;;) {
    const givenName = dice.pick(NAMES[language].given);
    const familyName = dice.pick(NAMES[language].family);
    const name = `${givenName} ${familyName}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return { givenName, familyName };
  }
}
