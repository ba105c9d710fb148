const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** True for moments that the database can compare with and RFC 3339 can write. JavaScript knows a quarter of a million years more. */
export const isMoment = (at: Date): boolean => at.getTime() >= EARLIEST_MS && at.getTime() <= LATEST_MS;

/** RFC 3339 with a zone, which some systems write without its colon. */
const RFC_3339 = /^(\d{4}-\d{2}-(\d{2}))T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;

/** The moment that a text names. Null: it names none, or a day that no calendar has, which JavaScript takes for one in the month after. */
export function readMoment(text: string): Date | null {
  const [, date, day] = RFC_3339.exec(text) ?? [];
  if (date === undefined || new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return null;
  const at = new Date(text);
  return isMoment(at) ? at : null;
}
