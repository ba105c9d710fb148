import type { Entered } from '../import/enter-database.ts';
import type { Progress, Terminal } from '../import/progress.ts';
import type { ProposalThresholds } from '../services/customers/proposals/propose-merges.ts';

/** What the command is given besides its arguments. */
export interface Surroundings {
  /** Where the caller stands: a path that is given is relative to it. */
  readonly workingDir: string;
  /** For what was asked for. */
  readonly stdout: Terminal;
  /** For people: progress, warnings. */
  readonly stderr: Terminal;
  /** Most memory that the process has had until now, in bytes. */
  readonly peakMemoryBytes: () => number;
  /** From which confidence on somebody is asked, and from which on nobody. */
  readonly thresholds: ProposalThresholds;
  /** Aborted when somebody wants it to stop. Absent: nobody does. */
  readonly signal?: AbortSignal;
  /** Opens the database of this installation. */
  readonly enter: () => Promise<Entered>;
}

/** The same, with one line of progress for all who write to it. */
export type Running = Surroundings & { readonly progress: Progress };
