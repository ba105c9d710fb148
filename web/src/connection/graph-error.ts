interface ErrorShape {
  message: string;
  extensions?: { code?: unknown } | undefined;
}

/** Top-level errors of an answer, with the code of the first one. */
export class GraphError extends Error {
  override name = 'GraphError';
  readonly code: string;

  constructor(errors: readonly ErrorShape[]) {
    super(errors.map((error) => error.message).join(' '));
    const code = errors[0]?.extensions?.code;
    this.code = typeof code === 'string' ? code : 'UNKNOWN';
  }
}

/** Close codes that say: this key will not be let in, trying again does not help. */
const REFUSING_CLOSES = new Set([4401, 4403]);

/** A sentence when the key was refused (`onlyUnknown`: not when it merely lacks a right), or null when the trouble may pass. */
export function refusalOfKey(error: unknown, { onlyUnknown = false } = {}): string | null {
  if (error instanceof GraphError) {
    const isRefused = error.code === 'UNAUTHENTICATED' || (error.code === 'FORBIDDEN' && !onlyUnknown);
    return isRefused ? error.message : null;
  }
  if (error instanceof CloseEvent && REFUSING_CLOSES.has(error.code)) {
    return error.reason || 'The server does not accept this key.';
  }
  return null;
}
