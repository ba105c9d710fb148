import { BUCKET_SIGNAL, bucketOf } from '../policies/trial.ts';
import type { Enricher, KnownOfConversation } from './enricher.ts';

/** Said of the conversation itself, by its channel or by whoever sorted it. */
const conversation: Enricher = {
  source: 'conversation',
  names: ['language', 'topic', 'issue_type', 'priority', 'held_by'],
  read: ({ language, topic, issueType, priority, controlKind }) => ({
    language,
    topic,
    issue_type: issueType,
    priority,
    held_by: controlKind,
  }),
};

const inbox: Enricher = {
  source: 'inbox',
  names: ['inbox', 'brand', 'market'],
  read: ({ inbox: name, brand, market }) => ({ inbox: name, brand, market }),
};

/** What came before. */
const history: Enricher = {
  source: 'history',
  names: ['open_issues', 'repeated_contacts', 'earlier_agents'],
  read: ({ openIssues, recentContacts, earlierAgentIds }) => ({
    open_issues: openIssues,
    repeated_contacts: recentContacts,
    earlier_agents: earlierAgentIds.length > 0 ? earlierAgentIds : null,
  }),
};

const MOST_AREAS = 5;
const LONGEST_AREA = 100;

/** What the orders say that it is about. `areas` may be told too: who knows better is believed. */
const orders: Enricher = {
  source: 'orders',
  names: ['late_order'],
  read: (known) => {
    const areas = areasOf(known);
    return { late_order: known.isOrderLate ? true : null, areas: areas.length > 0 ? areas : null };
  },
};

/** As names of skills are written: `area:shoes`. */
function areasOf({ categories, topic, hasLinkedOrder, isOrderLate }: KnownOfConversation): string[] {
  const isAboutDelivery = isOrderLate && (hasLinkedOrder || topic === 'delivery');
  const ofGoods = categories
    .map((category) => category.trim().toLowerCase().replaceAll(':', ' ').slice(0, LONGEST_AREA))
    .filter((category) => category !== '');
  return [...new Set([...(isAboutDelivery ? ['delivery'] : []), ...ofGoods])].slice(0, MOST_AREAS);
}

/** By which a shop sorts its customers: traits that sources tell, and segments that are saved here. */
const profile: Enricher = {
  source: 'traits',
  names: ['segment', 'value'],
  read: ({ traits, segments }) => {
    const told = traits['segment'] ?? null;
    const named = [...(told === null ? [] : [String(told)]), ...segments];
    return { segment: segments.length === 0 ? told : [...new Set(named)], value: traits['value'] ?? null };
  },
};

const secondsBetween = (from: Date, to: Date) => Math.round((to.getTime() - from.getTime()) / 1_000);

const clock: Enricher = {
  source: 'clock',
  names: ['waiting_seconds', 'sla_seconds'],
  read: ({ waitingSince, serviceDueAt }, now) => ({
    waiting_seconds: waitingSince && Math.max(0, secondsBetween(waitingSince, now)),
    sla_seconds: serviceDueAt && secondsBetween(now, serviceDueAt),
  }),
};

/** Who is in the control group of a trial: see policies/trial.ts. */
const trials: Enricher = {
  source: 'trials',
  names: [BUCKET_SIGNAL],
  read: ({ personId }) => ({ [BUCKET_SIGNAL]: bucketOf(personId) }),
};

/** In this order; none gives a name that another one does. */
export const ENRICHERS: readonly Enricher[] = [conversation, inbox, history, orders, profile, clock, trials];

/** What the task itself says: see `signalsOf` of the core. */
const OF_TASK = ['channel', 'is_transfer'];

/** What only a reception asks: see `receiveCustomer`. */
const OF_RECEPTION = ['has_bot'];

/** Names that nobody else may tell. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...OF_TASK,
  ...OF_RECEPTION,
  ...ENRICHERS.flatMap(({ names }) => names),
]);

/** Names whose values are conclusions about a person: shown to who looks at traits. */
export const NAMES_OF_TRAITS: ReadonlySet<string> = new Set(profile.names);
