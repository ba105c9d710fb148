import postgres from 'postgres';

const DISK_FULL = '53100';

/** True when the database could not store something because its disk is full. */
export const isOutOfSpace = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === DISK_FULL;
