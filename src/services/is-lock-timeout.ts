import postgres from 'postgres';

const LOCK_NOT_AVAILABLE = '55P03';

/** True when somebody else kept a lock for longer than the statement waits for one. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === LOCK_NOT_AVAILABLE;
