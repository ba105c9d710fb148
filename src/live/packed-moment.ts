import { deflateRawSync, inflateRawSync } from 'node:zlib';

import type { ContextTexts } from '../services/context/assemble-context.ts';
import type { ContextMoment } from './context-moment.ts';

const FAST = { level: 1 };
const NO_TEXTS: ContextTexts = {};
/** What it takes beside its texts, roughly. */
const OWN_BYTES = 600;

/** A context at a moment in a fifth of its room: nobody can be shown it before it is opened. */
export class PackedMoment {
  readonly #bare: ContextMoment;
  /** A character for each byte: a small buffer of its own would take more. */
  readonly #texts: string;

  constructor(moment: ContextMoment) {
    this.#bare = moment.holding(NO_TEXTS);
    this.#texts = deflateRawSync(JSON.stringify(moment.texts), FAST).toString('latin1');
  }

  get begunAt(): number {
    return this.#bare.begunAt;
  }

  /** What it takes, roughly. */
  get bytes(): number {
    return OWN_BYTES + this.#texts.length;
  }

  open(): ContextMoment {
    const texts = inflateRawSync(Buffer.from(this.#texts, 'latin1')).toString();
    return this.#bare.holding(JSON.parse(texts) as ContextTexts);
  }
}
