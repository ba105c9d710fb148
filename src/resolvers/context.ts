import type { KnownContexts } from '../services/context/read-context.ts';
import type { Installation } from '../services/events/installation.ts';
import type { CheckWebhook } from '../services/partners/webhook-endpoint.ts';
import type { OutreachLimits } from '../services/privacy/outreach.ts';
import type { Scope } from '../services/scope.ts';
import type { ContextSection } from '../values/context-packet.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver is given: the scope of this request and loaders that live as long as it does. */
export interface Context {
  readonly scope: Scope;
  readonly installation: Installation;
  /** How long a browser's token lives. */
  readonly visitorTokenMinutes: number;
  /** How long nothing is taken in under what an erased person was known by. */
  readonly suppressionDays: number;
  /** Units of stock that customers are told exactly; more are told as so many. */
  readonly stockExactUpTo: number;
  /** How often a person is written to unasked. Undefined: what suits a shop. */
  readonly outreachLimits: OutreachLimits | undefined;
  readonly loaders: Loaders;
  /** Contexts of persons that need not be read. */
  readonly contexts: KnownContexts;
  /** Whether a webhook could be registered. */
  readonly checkWebhook: CheckWebhook;
  /** The journal's place before anything of this document was read; null unless the document selects `cursor`. */
  readonly cursor: string | null;
  /** Sections of context packets that the document may show. */
  readonly sections: readonly ContextSection[];
  /** Customers whose objects were answered with; filled while it runs (execution/note-subjects.ts). */
  readonly subjects: Set<string>;
}
