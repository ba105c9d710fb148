import { CONSENT_STATES, type ConsentState, type Purpose } from '../../values/consents.ts';
import {
  type ClassVisibility,
  DATA_CLASS_NAMES,
  DATA_CLASSES,
  type DataClass,
  reasonOf,
  type RedactionReason,
} from '../../values/personal-classes.ts';
import type { Viewer } from '../../values/viewer.ts';
import { servesViewer } from '../access/purposes.ts';

/** Whether a reader sees a class of a person, and why not. */
export interface VisibleClass {
  readonly dataClass: DataClass;
  readonly visibility: ClassVisibility;
  readonly reason: RedactionReason | null;
  /** Purposes that the person refused, or would have to agree to first. */
  readonly refused: readonly Purpose[];
}

/** What a person said of being looked at, and did not say. */
interface Standing {
  readonly consents: readonly Answer[];
  /** Purposes that they would have to agree to first. */
  readonly notAgreedTo: readonly Purpose[];
}

interface Answer {
  readonly purpose: Purpose;
  readonly state: ConsentState;
}

/** What of a person this viewer sees, of every class in the order of the table. The person themselves sees all of it. */
export function visibleClasses(viewer: Viewer, { consents, notAgreedTo }: Standing): VisibleClass[] {
  const isOwn = viewer.role === 'customer';
  const refusals = isOwn ? [] : consents.filter(({ state }) => state !== 'granted');
  const awaited = isOwn ? [] : notAgreedTo;
  return DATA_CLASS_NAMES.map((dataClass) => {
    const redacted = (reason: RedactionReason, refused: readonly Purpose[]): VisibleClass => ({
      ...{ dataClass, visibility: 'redacted', reason, refused },
    });
    if (!servesViewer(viewer, dataClass)) return redacted('purpose', []);
    const { needs } = DATA_CLASSES[dataClass];
    const against = refusals.filter(({ purpose }) => needs.includes(purpose));
    const refused = needs.filter(
      (purpose) => awaited.includes(purpose) || against.some((one) => one.purpose === purpose),
    );
    if (refused.length === 0) return { dataClass, visibility: 'visible', reason: null, refused };
    const strictest = CONSENT_STATES.find((state) => against.some((one) => one.state === state));
    return redacted(strictest ? reasonOf(strictest as Exclude<ConsentState, 'granted'>) : 'consent_missing', refused);
  });
}

/** The classes of which this viewer sees nothing. */
export const hiddenIn = (classes: readonly VisibleClass[]): ReadonlySet<DataClass> =>
  new Set(classes.flatMap(({ dataClass, visibility }) => (visibility === 'redacted' ? [dataClass] : [])));
