import type { DataClass } from '../values/personal-classes.ts';
import type { ContextSection } from '../values/context-packet.ts';
import type { Viewer } from '../values/viewer.ts';

/** A subscription operation that passed every check of `src/execution`: what the live edge needs of it. */
export interface LiveOperation {
  readonly viewer: Viewer;
  /** Name of the subscription field. */
  readonly field: string;
  /** Its coerced arguments. */
  readonly args: Readonly<Record<string, unknown>>;
  /**
   * Equal for operations whose payloads are equal bytes: document, operation, variables (but not `after`) and class of rights.
   * One execution serves all of them.
   */
  readonly shareKey: string;
  /** Sections of a context packet that the document shows. Absent: it may show all. */
  readonly sections?: readonly ContextSection[];
  /** Kinds of personal data that its payloads can show. */
  readonly dataClasses: readonly DataClass[];
  /**
   * Executes the document over one payload with fresh loaders under this viewer; the JSON text of the GraphQL result. What `shows` says of
   * the customers in it is waited for.
   */
  execute(payload: object, shows: Shows): Promise<string>;
}

/** Puts down that customers are shown, before they are. Undefined: there is nothing to wait for. */
export type Shows = (customerIds: ReadonlySet<string>) => Promise<void> | undefined;

/** Of a payload without an event: there is nobody in it. */
export const SHOWS_NOBODY: Shows = ({ size }) => {
  if (size > 0) throw new Error('A payload without an event shows a customer.');
  return undefined;
};

/** One subscriber's end of a transport. */
export interface Sink {
  /** Writes a result around the shared text now. The cursor is the event id where the transport has one (SSE). */
  send(text: string, cursor: string): void;
  /** Bytes given to the transport that its peer has not taken yet. */
  readonly pendingBytes: number;
  /** Runs the callback once, when the peer has taken everything. */
  onDrain(callback: () => void): void;
  /** Ends the operation; the client may see the error. */
  fail(error: unknown): void;
  /** Closes the whole connection in a way that tells the client to come back with its cursor. */
  closeStalled(): void;
}

/** A running subscription. */
export interface LiveStream {
  close(): void;
}
