import type { AgentRecord } from '../services/conversations/ensure-agent.ts';
import type { InboxRecord } from '../services/conversations/ensure-inbox.ts';
import type { LocationRecord } from '../services/inventory/record-locations.ts';
import type { PlaceRecord } from '../services/inventory/record-places.ts';
import type { ProductRecord } from '../services/inventory/record-products.ts';
import { WEEKDAYS } from '../values/business-hours.ts';
import type { Presence } from '../values/vocabulary.ts';

/** Halla, an outdoor shop that does not exist: stores around the Gulf of Finland, a web shop, two carriers. */
export const SOURCE = 'demo';

const place = (externalId: string, name: string, latitude: number, longitude: number): LocationRecord => ({
  externalId,
  name,
  kind: 'store',
  latitude,
  longitude,
  timeZone: 'Europe/Helsinki',
  openingHours: {
    timeZone: 'Europe/Helsinki',
    weekly: [
      ...WEEKDAYS.slice(0, 5).map((day) => ({ day, opensAt: '10:00', closesAt: '20:00' })),
      { day: 'saturday', opensAt: '10:00', closesAt: '18:00' },
    ],
    holidays: [],
  },
  pickupMinutes: 60,
});

export const LOCATIONS: readonly LocationRecord[] = [
  place('halla-kamppi', 'Helsinki Kamppi', 60.1686, 24.9317),
  place('halla-tapiola', 'Espoo Tapiola', 60.1757, 24.8053),
  place('halla-tampere', 'Tampere Keskusta', 61.4978, 23.761),
  place('halla-turku', 'Turku Kauppatori', 60.4515, 22.2669),
  place('halla-telliskivi', 'Tallinn Telliskivi', 59.4396, 24.729),
  place('halla-tartu', 'Tartu Kaubamaja', 58.3776, 26.7285),
  {
    ...place('halla-vantaa', 'Vantaa warehouse', 60.318, 24.963),
    ...{ kind: 'warehouse', openingHours: null, pickupMinutes: null, deliveryHours: 48 },
  },
];

/** The towns of the stores, as people say where they are. */
export const PLACES: readonly PlaceRecord[] = [
  { country: 'FI', postalCode: '00100', name: 'Helsinki', latitude: 60.1717, longitude: 24.9308 },
  { country: 'FI', postalCode: '02100', name: 'Espoo', latitude: 60.1781, longitude: 24.8057 },
  { country: 'FI', postalCode: '33100', name: 'Tampere', latitude: 61.4977, longitude: 23.7635 },
  { country: 'FI', postalCode: '20100', name: 'Turku', latitude: 60.4538, longitude: 22.2649 },
  { country: 'EE', postalCode: '10111', name: 'Tallinn', latitude: 59.4363, longitude: 24.7525 },
  { country: 'EE', postalCode: '51003', name: 'Tartu', latitude: 58.3796, longitude: 26.7221 },
];

export const PARTNERS = [
  { externalId: 'tuuli', name: 'Tuuli Parcel', kind: 'carrier' },
  { externalId: 'meri', name: 'Meri Logistics', kind: 'carrier' },
] as const;

export const INBOXES: readonly InboxRecord[] = [
  { externalId: 'halla-email', channel: 'email', name: 'Halla customer care', address: 'care@halla.example' },
  { externalId: 'halla-chat', channel: 'live_chat', name: 'Halla web chat' },
  { externalId: 'halla-whatsapp', channel: 'whatsapp', name: 'Halla on WhatsApp', address: '+358400000001' },
  { externalId: 'halla-sms', channel: 'sms', name: 'Halla text messages', address: '+358400000002' },
  { externalId: 'halla-instagram', channel: 'instagram', name: 'Halla on Instagram', address: 'instagram:halla' },
  { externalId: 'halla-form', channel: 'web_form', name: 'Contact form' },
].map((inbox) => ({ ...inbox, brand: 'Halla', market: 'FI' }) as InboxRecord);

const agent = (name: string, presence: Presence, capacity: number, skills: AgentRecord['skills']) => ({
  externalId: `halla-${name.split(' ')[0]!.toLowerCase()}`,
  name,
  presence,
  capacity,
  skills,
});

export const AGENTS: readonly (AgentRecord & { presence: Presence })[] = [
  agent('Helena Ojala', 'online', 9, { 'language:fi': 5, 'language:en': 4, 'topic:delivery': 5, 'channel:email': 4 }),
  agent('Rasmus Pärn', 'online', 8, { 'language:et': 5, 'language:en': 4, 'language:fi': 3, 'topic:returns': 4 }),
  agent('Grace Whitfield', 'online', 8, { 'language:en': 5, 'topic:payment': 4, 'channel:whatsapp': 5 }),
  agent('Mikael Lind', 'online', 9, { 'language:fi': 5, 'language:sv': 5, 'language:en': 3, 'topic:returns': 5 }),
  agent('Kertu Vaher', 'online', 9, { 'language:et': 5, 'language:fi': 4, 'topic:product': 5, 'channel:live_chat': 5 }),
  agent('Joonas Harju', 'online', 8, {
    'language:fi': 4,
    'language:en': 5,
    'topic:product': 4,
    'channel:instagram': 5,
  }),
  agent('Sanna Koski', 'away', 8, { 'language:fi': 5, 'topic:payment': 5, 'topic:account': 5 }),
  agent('Ivo Raud', 'offline', 6, { 'language:et': 5, 'language:en': 3, 'topic:delivery': 4 }),
];

type Article = readonly [title: string, category: string, priceMinor: number, colours: string, sizes: string];

const ARTICLES: readonly Article[] = [
  ['Saana shell jacket', 'jackets', 24_900, 'moss,slate', 'S,M,L'],
  ['Halti down jacket', 'jackets', 32_900, 'ink,rust', 'S,M,L'],
  ['Kolari wind jacket', 'jackets', 11_900, 'sand,ink', 'S,M,L'],
  ['Ruka rain jacket', 'jackets', 15_900, 'moss,yellow', 'S,M,L'],
  ['Levi ski trousers', 'trousers', 21_900, 'slate', 'S,M,L'],
  ['Oulanka hiking trousers', 'trousers', 12_900, 'sand,slate', 'S,M,L'],
  ['Nuuksio shorts', 'trousers', 6_900, 'sand', 'S,M,L'],
  ['Inari merino shirt', 'base layers', 7_900, 'ink,rust', 'S,M,L'],
  ['Inari merino leggings', 'base layers', 7_900, 'ink', 'S,M,L'],
  ['Posio fleece', 'mid layers', 9_900, 'moss,rust', 'S,M,L'],
  ['Savukoski wool sweater', 'mid layers', 13_900, 'cream,slate', 'S,M,L'],
  ['Kevo hiking boots', 'shoes', 18_900, 'brown', '39,41,43'],
  ['Repo trail shoes', 'shoes', 12_900, 'ink,rust', '39,41,43'],
  ['Saari sandals', 'shoes', 5_900, 'brown', '39,41,43'],
  ['Wool socks', 'accessories', 1_690, 'grey,rust', 'one size'],
  ['Merino beanie', 'accessories', 2_990, 'ink,moss', 'one size'],
  ['Storm mittens', 'accessories', 4_490, 'ink', 'S,M'],
  ['Rucksack 22 l', 'bags', 8_900, 'moss,ink', 'one size'],
  ['Rucksack 45 l', 'bags', 15_900, 'slate', 'one size'],
  ['Dry bag 10 l', 'bags', 2_490, 'yellow', 'one size'],
  ['Two-person tent', 'camp', 34_900, 'moss', 'one size'],
  ['Sleeping bag -5', 'camp', 17_900, 'ink', 'regular,long'],
  ['Sleeping mat', 'camp', 8_490, 'rust', 'one size'],
  ['Gas stove', 'camp', 5_490, 'steel', 'one size'],
  ['Cooking pot 1.2 l', 'camp', 3_490, 'steel', 'one size'],
  ['Kuksa cup', 'camp', 2_990, 'birch', 'one size'],
  ['Head torch', 'camp', 4_990, 'ink', 'one size'],
  ['Water bottle 0.7 l', 'camp', 1_990, 'steel,rust', 'one size'],
  ['Trekking poles', 'camp', 6_990, 'slate', 'one size'],
  ['Lip balm', 'accessories', 590, 'plain', 'one size'],
];

/** Thirty products; a SKU for each colour and size. */
export const PRODUCTS: readonly ProductRecord[] = ARTICLES.map(
  ([title, category, priceMinor, colours, sizes], index) => {
    const code = `HL${101 + index}`;
    return {
      externalId: code,
      title,
      brand: 'Halla',
      category,
      variants: colours.split(',').flatMap((colour) =>
        sizes.split(',').map((size) => ({
          sku: [code, colour.slice(0, 3), size === 'one size' ? '' : size].filter(Boolean).join('-').toUpperCase(),
          title: [title, colour, size === 'one size' ? '' : size].filter(Boolean).join(', '),
          options: { colour, size },
          priceMinor,
          currency: 'EUR',
        })),
      ),
    };
  },
);

export const VARIANTS = PRODUCTS.flatMap(({ variants }) => variants);
