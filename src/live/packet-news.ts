import type { JournalEvent } from '../services/events/read-events.ts';
import { CONTEXT_SECTIONS, type ContextSection } from '../values/context-packet.ts';
import type { EventType } from '../values/event-types.ts';

const MOST_CAUSES = 50;

interface Cause {
  type: EventType;
  occurredAt: Date;
  receivedAt: Date;
  recordedAt: Date;
}

/** What came between two packets of one reader. */
export interface News {
  causes: Cause[];
  changed: Set<ContextSection>;
  newestRecordedAtMs: number | null;
}

/** What activity without an event may have changed. */
export const OF_ACTIVITY: readonly ContextSection[] = ['basket', 'browsing', 'reviews', 'stock'];

/** What may have changed without an event, because nobody watched. */
export const OF_UNWATCHED: readonly ContextSection[] = [...OF_ACTIVITY, 'service'];

/** What a reader may see depends on consent: what was hidden is to be there, and what is hidden gone. */
export const OF_CONSENT: readonly ContextSection[] = ['consents', 'profile', ...OF_ACTIVITY];

export const noNews = (): News => ({ causes: [], changed: new Set(), newestRecordedAtMs: null });

/** The later of two news goes into the earlier. */
export function mergeNews(into: News, from: News): void {
  for (const cause of from.causes) into.causes.push(cause);
  if (into.causes.length > MOST_CAUSES) into.causes.splice(0, into.causes.length - MOST_CAUSES);
  for (const section of from.changed) into.changed.add(section);
  into.newestRecordedAtMs = Math.max(into.newestRecordedAtMs ?? 0, from.newestRecordedAtMs ?? 0) || null;
}

/** Sections that an event of a kind may change, by the first word of its type. */
const SECTIONS_OF: Readonly<Record<string, readonly ContextSection[]>> = {
  // Somebody who lives elsewhere now has other stores nearby.
  customer: ['profile', 'stock'],
  identity: ['identities'],
  consent: OF_CONSENT,
  conversation: ['conversations', 'routing', 'service'],
  message: ['conversations', 'routing', 'service', 'identities'],
  note: ['conversations'],
  agent: ['conversations', 'routing', 'service'],
  routing: ['routing', 'conversations', 'service'],
  order: ['orders', 'stock'],
  shipment: ['orders'],
  tracking: ['orders'],
  return: ['orders'],
  stock: ['stock'],
  product: ['orders', 'basket', 'browsing', 'stock'],
  location: ['stock'],
  activity: OF_ACTIVITY,
};

/** Who is one person with whom concerns everything. */
export const OF_LINKS: ReadonlySet<EventType> = new Set<EventType>([
  'customer.linked',
  'customer.merged',
  'customer.unmerged',
]);

/** What an event may have changed in the packets of those whom it concerns: this is told to readers, and this is read anew. */
export function sectionsOf({ type }: JournalEvent): readonly ContextSection[] {
  // Who is one person with whom concerns everything, and so does that nobody is left.
  const known = OF_LINKS.has(type) || type === 'customer.erased' ? null : SECTIONS_OF[type.slice(0, type.indexOf('.'))];
  return known ?? CONTEXT_SECTIONS;
}

export function newsOf(event: JournalEvent): News {
  const { type, occurredAt, receivedAt, recordedAtMs } = event;
  return {
    causes: [{ type, occurredAt, receivedAt, recordedAt: new Date(recordedAtMs) }],
    changed: new Set(sectionsOf(event)),
    newestRecordedAtMs: recordedAtMs,
  };
}
