const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** True for moments that the database can compare with and RFC 3339 can write. JavaScript knows a quarter of a million years more. */
export const isMoment = (at: Date): boolean => at.getTime() >= EARLIEST_MS && at.getTime() <= LATEST_MS;
