import type { Logger } from 'pino';

import type { ContextAssembly } from './context-assembly.ts';
import type { Hub } from './hub.ts';
import type { PacketWatches } from './packet-watches.ts';

/** What the contexts of persons share. */
export interface ContextParts {
  readonly hub: Hub;
  readonly watches: PacketWatches;
  readonly assembly: ContextAssembly;
  /** Resolves when the hub was told all that was committed before the call. */
  readonly catchUp: () => Promise<void>;
  readonly log: Logger;
}
