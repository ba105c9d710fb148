import type { ContextSection } from './context-packet.ts';
import { CLASSES_OF_RIGHTS, CLASSES_OF_SECTIONS, DATA_CLASS_NAMES, type DataClass } from './personal-classes.ts';
import type { Right } from './rights.ts';

/** What is written down about reading, and when. */
export const AUDIT_ACTS = {
  read: 'A query, a change’s answer, a webhook or a file showed persons.',
  opened: 'A subscription began.',
  shown: 'A running subscription showed persons for the first time.',
  closed: 'A subscription ended.',
} as const;
export type AuditAct = keyof typeof AUDIT_ACTS;

/** Rights whose fields show more than one class of personal data, or one that hides nothing by itself. */
const CLASSES_BESIDE: Readonly<Partial<Record<Right, readonly DataClass[]>>> = {
  'customers:read': ['profile', 'contact', 'traits'],
  'conversations:read': ['content', 'contact'],
  'triage:read': ['content'],
  'activity:read': ['behaviour', 'content'],
  'quarantine:read': ['orders'],
  'context:read': ['profile'],
};

const classesOfRight = (right: Right): readonly DataClass[] => {
  const one = CLASSES_OF_RIGHTS[right];
  return CLASSES_BESIDE[right] ?? (one ? [one] : []);
};

/** True when fields that ask this right show something of a person. */
export const opensPersonalData = (right: Right): boolean => classesOfRight(right).length > 0;

/** Kinds of personal data that a document can show, by the rights that it asks and the sections of packets in it. */
export function classesShown(rights: Iterable<Right>, sections: readonly ContextSection[]): DataClass[] {
  const shown = new Set<DataClass>([
    ...[...rights].flatMap(classesOfRight),
    ...sections.flatMap((section) => CLASSES_OF_SECTIONS[section]),
  ]);
  return DATA_CLASS_NAMES.filter((dataClass) => shown.has(dataClass));
}
