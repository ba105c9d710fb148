import { CONTEXT_SECTIONS, type ContextSection } from '../values/context-packet.ts';

/** A set of sections in one number: a process remembers one for each of many thousand persons. */
export type SectionBits = number;

export const NO_SECTIONS: SectionBits = 0;
export const ALL_SECTIONS: SectionBits = 2 ** CONTEXT_SECTIONS.length - 1;

export const bitsOf = (sections: readonly ContextSection[]): SectionBits =>
  sections.reduce((bits, section) => bits | (1 << CONTEXT_SECTIONS.indexOf(section)), NO_SECTIONS);

export const isIn = (bits: SectionBits, section: ContextSection): boolean =>
  (bits & (1 << CONTEXT_SECTIONS.indexOf(section))) !== 0;
