import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../../values/context-packet.ts';
import { CLASSES_OF_SECTIONS, type DataClass } from '../../values/personal-classes.ts';
import type { EventType } from '../../values/event-types.ts';
import type { Viewer } from '../../values/viewer.ts';
import { hiddenIn, type VisibleClass, visibleClasses } from './visible-classes.ts';

/** What is shown of a section that is hidden. */
const NOTHING = {
  identities: [],
  conversations: [],
  orders: [],
  basket: null,
  browsing: [],
  reviews: [],
  stock: [],
  routing: [],
  service: [],
} as const satisfies Partial<Record<ContextSection, readonly never[] | null>>;

interface Packet extends ContextState {
  readonly changed: readonly ContextSection[];
  readonly causes: readonly { readonly type: EventType }[];
}

/**
 * A packet as this viewer may see it: what the person refused or did not agree to, or the viewer looks at for no purpose, is not in it, neither when it was or that it happened. Who is shown
 * the same state may be shown another packet, so this is done for each class of viewers and never to the state that they share.
 */
export function redactPacket<P extends Packet>(viewer: Viewer, packet: P): P & { dataClasses: VisibleClass[] } {
  return withoutInternal(viewer, withoutHidden(viewer, packet));
}

/** Of what is hidden not even that something happened. */
const TELLING: readonly (readonly [DataClass, RegExp])[] = [
  ['behaviour', /^activity\.recorded$/],
  ['traits', /^customer\.segment_/],
];

/** What only staff hears of: notes, who listens or is asked, what routing tries. */
const INTERNAL = /^(note\.|routing\.|conversation\.(sla|clocks|signals|consultation|participant)_)/;

function withoutInternal<P extends Packet>(viewer: Viewer, packet: P): P {
  if (viewer.role !== 'customer' || !packet.causes.some(({ type }) => INTERNAL.test(type))) return packet;
  return { ...packet, causes: packet.causes.filter(({ type }) => !INTERNAL.test(type)) };
}

function withoutHidden<P extends Packet>(viewer: Viewer, packet: P): P & { dataClasses: VisibleClass[] } {
  const dataClasses = visibleClasses(viewer, packet);
  const hidden = hiddenIn(dataClasses);
  if (hidden.size === 0) return { ...packet, dataClasses };
  const isHidden = (section: ContextSection) => CLASSES_OF_SECTIONS[section].some((each) => hidden.has(each));
  const sections = CONTEXT_SECTIONS.filter(isHidden);
  const without = Object.entries(NOTHING).filter(([section]) => sections.includes(section as ContextSection));
  return {
    ...packet,
    ...Object.fromEntries(without),
    ...(hidden.has('traits') ? { profile: { ...packet.profile, traits: [], segments: [] } } : {}),
    asOf: { ...packet.asOf, ...Object.fromEntries(sections.map((section) => [section, null])) },
    changed: packet.changed.filter((section) => !sections.includes(section)),
    causes: packet.causes.filter(
      ({ type }) => !TELLING.some(([dataClass, told]) => hidden.has(dataClass) && told.test(type)),
    ),
    dataClasses,
  };
}
